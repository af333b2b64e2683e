package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.BlockSize;
import nbdj.api.Export;
import nbdj.api.NbdException;
import nbdj.api.Support;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;

/**
 * What a handle answers about size and capabilities: each question asked once (rules C-1 and C-2),
 * and the answers made consistent with each other.
 */
final class Answers {
  private final Layer layer;
  private final GuardedCalls calls;
  private final boolean readOnly;

  /** Held while a question is asked, so that no two threads ask the same. */
  private final ReentrantLock asking = new ReentrantLock();

  /** The size once it is known, -1 before; apart from the others for the sake of range checks. */
  private volatile long size = -1;

  private final Answer<Optional<String>> description = new Answer<>(this::askDescription);
  private final Answer<BlockSize> blockSize;
  private final Answer<Boolean> canWrite = new Answer<>(this::askCanWrite);
  private final Answer<Boolean> canFlush;
  private final Answer<Boolean> canTrim = new Answer<>(this::askCanTrim);
  private final Answer<Support> canZero = new Answer<>(this::askCanZero);
  private final Answer<Boolean> canFastZero = new Answer<>(this::askCanFastZero);
  private final Answer<Boolean> canExtents;
  private final Answer<Support> canFua = new Answer<>(this::askCanFua);
  private final Answer<Boolean> canMultiConn = new Answer<>(this::askCanMultiConn);
  private final Answer<Support> canCache;
  private final Answer<Boolean> isRotational;

  private final Answer<List<String>> metaContexts = new Answer<>(this::askMetaContexts);

  Answers(Layer layer, GuardedCalls calls, boolean readOnly) {
    this.layer = layer;
    this.calls = calls;
    this.readOnly = readOnly;
    blockSize = new Answer<>(calls::blockSize);
    canFlush = new Answer<>(calls::canFlush);
    canExtents = new Answer<>(calls::canExtents);
    canCache = new Answer<>(calls::canCache);
    isRotational = new Answer<>(calls::isRotational);
  }

  long size() throws IOException {
    long known = size;
    return known >= 0 ? known : askSize();
  }

  Optional<String> description() throws IOException {
    return description.get();
  }

  BlockSize blockSize() throws IOException {
    return blockSize.get();
  }

  boolean canWrite() throws IOException {
    return canWrite.get();
  }

  boolean canFlush() throws IOException {
    return canFlush.get();
  }

  boolean canTrim() throws IOException {
    return canTrim.get();
  }

  Support canZero() throws IOException {
    return canZero.get();
  }

  boolean canFastZero() throws IOException {
    return canFastZero.get();
  }

  boolean canExtents() throws IOException {
    return canExtents.get();
  }

  Support canFua() throws IOException {
    return canFua.get();
  }

  boolean canMultiConn() throws IOException {
    return canMultiConn.get();
  }

  Support canCache() throws IOException {
    return canCache.get();
  }

  boolean isRotational() throws IOException {
    return isRotational.get();
  }

  List<String> metaContexts() throws IOException {
    return metaContexts.get();
  }

  private long askSize() throws NbdException {
    asking.lock();
    try {
      if (size < 0) {
        long answer = calls.size();
        if (answer < 0) {
          throw layer.faults().violation("C-1", "size answered " + answer);
        }
        size = answer;
      }
      return size;
    } finally {
      asking.unlock();
    }
  }

  private Optional<String> askDescription() throws IOException {
    Optional<String> text = calls.description();
    if (text.isPresent() && !ExportNames.allowed(text.get())) {
      // No reason to refuse the export: a client does as well without.
      layer
          .faults()
          .note(
              "N-1",
              "a description is dropped: it has a NUL, half of a surrogate pair or more than %d bytes"
                  .formatted(Export.MAX_STRING));
      return Optional.empty();
    }
    return text;
  }

  private List<String> askMetaContexts() throws IOException {
    return MetaContextNames.wellFormed(calls.metaContexts(), layer.faults());
  }

  private boolean askCanWrite() throws IOException {
    return !readOnly && calls.canWrite();
  }

  private boolean askCanTrim() throws IOException {
    return canWrite() && calls.canTrim();
  }

  private Support askCanZero() throws IOException {
    return canWrite() ? calls.canZero() : Support.NONE;
  }

  private boolean askCanFastZero() throws IOException {
    return canZero().available() && calls.canFastZero();
  }

  private Support askCanFua() throws IOException {
    if (!canWrite()) {
      return Support.NONE;
    }
    Support fua = calls.canFua();
    if (fua == Support.EMULATE && !canFlush()) {
      layer.faults().note("C-5", "canFua answered EMULATE, but there is no flush to emulate it by");
      return Support.NONE;
    }
    return fua;
  }

  private boolean askCanMultiConn() throws IOException {
    return layer.model() != ThreadModel.SERIALIZE_CONNECTIONS && calls.canMultiConn();
  }

  /** A question and, once it has been answered, its answer. */
  private final class Answer<T> {
    private final LayerCall<T> question;
    private volatile @Nullable T known;

    Answer(LayerCall<T> question) {
      this.question = question;
    }

    T get() throws IOException {
      T answer = known;
      return answer != null ? answer : ask();
    }

    private T ask() throws IOException {
      asking.lock();
      try {
        T answer = known;
        if (answer == null) {
          answer = question.run();
          known = answer;
        }
        return answer;
      } finally {
        asking.unlock();
      }
    }
  }
}
