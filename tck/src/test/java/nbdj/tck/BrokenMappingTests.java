package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.ReadSink;
import org.junit.jupiter.api.Test;

/** Filters that show a partition or exchange blocks, and forget an address. */
class BrokenMappingTests {
  private static final AtomicReference<Supplier<Filter>> SUBJECT =
      new AtomicReference<>(Partition::new);

  @Test
  void cacheAtTheSameAddress_breaksF6() {
    partition(() ->
            new Partition() {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public void cache(Next next, long offset, long count) throws IOException {
                    next.cache(offset, count);
                  }
                };
              }
            })
        .breaks("F-6");
  }

  @Test
  void headerChangedByAFlush_breaksF6() {
    partition(() ->
            new Partition() {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public void finalize(Context context) throws IOException {
                    Next next = context.next();
                    if (next != null && next.canWrite()) {
                      ByteBuffer count = ByteBuffer.allocate(1);
                      next.pread(count, 0);
                      count.put(0, (byte) (count.get(0) + 1));
                      next.pwrite(count.flip(), 0, Flags.NONE);
                    }
                  }
                };
              }
            })
        .breaks("F-6");
  }

  @Test
  void lastZeroRoundedUpPastThePartition_breaksF6() {
    partition(() ->
            new Partition() {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public void zero(Next next, long offset, long count, Flags flags)
                      throws IOException {
                    super.zero(next, offset, count, flags);
                    if (offset + count == map.size()) {
                      next.zero(map.run(0).below() + map.size(), 512, flags);
                    }
                  }
                };
              }
            })
        .breaks("F-6");
  }

  @Test
  void trimRoundedDownToTheLayersBlocks_breaksF6() {
    partition(() ->
            new Partition() {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public void trim(Next next, long offset, long count, Flags flags)
                      throws IOException {
                    super.trim(next, offset, count, flags);
                    if (offset == 0) {
                      long start = map.run(0).below();
                      next.trim(start / 4096 * 4096, start % 4096, flags);
                    }
                  }
                };
              }
            })
        .breaks("F-6");
  }

  @Test
  void zeroesToldAsAHole_breakF6() {
    partition(() ->
            new Partition() {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public void extents(
                      Next next, long offset, long count, Flags flags, ExtentSink sink)
                      throws IOException {
                    super.extents(
                        next,
                        offset,
                        count,
                        flags,
                        (at, length, type) ->
                            sink.add(
                                at, length, type == ExtentType.HOLE_ZERO ? ExtentType.ZERO : type));
                  }
                };
              }
            })
        .breaks("F-6");
  }

  @Test
  void extentsAtTheSameAddress_breakE5AndW7() {
    partition(() ->
            new Partition() {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public void extents(
                      Next next, long offset, long count, Flags flags, ExtentSink sink)
                      throws IOException {
                    next.extents(offset, count, flags, sink);
                  }
                };
              }
            })
        .breaks("E-5", "W-7");
  }

  @Test
  void contextAtTheSameAddress_breaksF6() {
    partition(() ->
            new Partition() {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public void metaExtents(
                      Next next,
                      String context,
                      long offset,
                      long count,
                      Flags flags,
                      MetaSink sink)
                      throws IOException {
                    next.metaExtents(context, offset, count, flags, sink);
                  }
                };
              }
            })
        .breaks("F-6")
        .saying("MetaExtent[offset=0,", "where the status is");
  }

  @Test
  void readThatGoesOnAcrossASeam_breaksC5() {
    swapped(() ->
            new MappedFilter(Maps::swapped) {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public void read(Next next, long offset, long count, ReadSink sink)
                      throws IOException {
                    long below = map.run(offset).below();
                    if (count == 8 && below + count <= next.size()) {
                      next.read(below, count, sink);
                    } else {
                      super.read(next, offset, count, sink);
                    }
                  }
                };
              }
            })
        .breaks("C-5");
  }

  @Test
  void sizeOfTheLayerBelow_breaksC1AndC5() {
    partition(() ->
            new Partition() {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public long size(Next next) {
                    return map.size() - 1;
                  }
                };
              }
            })
        .breaks("C-1", "C-5");
  }

  @Test
  void sizeOfASmallLayerRoundedDown_breaksC1() {
    swapped(() ->
            new MappedFilter(Maps::swapped) {
              @Override
              FilterHandle handle() {
                return new Handle() {
                  @Override
                  public long size(Next next) {
                    return map.size() < 1000 ? map.size() / 512 * 512 : map.size();
                  }
                };
              }
            })
        .breaks("C-1");
  }

  @Test
  void overlayThatWritesThrough_breaksF6() {
    SUBJECT.set(() ->
        new Overlays.Overlay() {
          @Override
          public FilterHandle open(Context context, OpenRequest request) throws IOException {
            super.open(context, request);
            return new Changed() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                if (next.canWrite()) {
                  next.pwrite(buffer.duplicate(), offset, Flags.NONE);
                }
                super.pwrite(next, buffer, offset, flags);
              }

              @Override
              public void flush(Next next) throws IOException {
                if (next.canFlush()) {
                  next.flush();
                }
              }
            };
          }
        });
    Verdict.of(OverlaySubject.class).breaks("F-6");
  }

  /** A correct filter that shows what lies between two partitions. */
  private static class Partition extends MappedFilter {
    Partition() {
      super(Maps::partition);
    }
  }

  private static Verdict partition(Supplier<Filter> filter) {
    SUBJECT.set(filter);
    return Verdict.of(PartitionSubject.class);
  }

  private static Verdict swapped(Supplier<Filter> filter) {
    SUBJECT.set(filter);
    return Verdict.of(SwappedSubject.class);
  }

  /** The contract of a partition. */
  static final class PartitionSubject extends FilterContract {
    @Override
    protected Filter filter() {
      return SUBJECT.get().get();
    }

    @Override
    protected Optional<AddressMap> addressMap(long deviceSize) {
      return Optional.of(Maps.partition(deviceSize));
    }
  }

  /** The contract of exchanged blocks. */
  static final class SwappedSubject extends FilterContract {
    @Override
    protected Filter filter() {
      return SUBJECT.get().get();
    }

    @Override
    protected Optional<AddressMap> addressMap(long deviceSize) {
      return Optional.of(Maps.swapped(deviceSize));
    }
  }

  /** The contract of an overlay. */
  static final class OverlaySubject extends FilterContract {
    @Override
    protected Filter filter() {
      return SUBJECT.get().get();
    }

    @Override
    protected boolean writesThrough() {
      return false;
    }

    @Override
    protected boolean keepsContent() {
      return false;
    }
  }
}
