package nbdj.tck;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters that are wrong about the exports they have. */
class BrokenLayerExportsTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void oneExportTooMany_breaksN2(Role role) {
    role.judgeManner(() ->
            new Manner() {
              @Override
              List<Export> listExports(List<Export> usual) {
                return Collections.nCopies(Export.MAX_EXPORTS + 1, new Export("disk", ""));
              }
            })
        .breaks("N-2")
        .saying("10001 exports");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void defaultExportRefused_breaksN3(Role role) {
    role.judgeManner(
            () ->
                new Manner() {
                  @Override
                  Optional<String> defaultExport(Optional<String> usual) {
                    return Optional.of("drum");
                  }

                  @Override
                  FilterHandle open(OpenRequest request) throws IOException {
                    if (request.exportName().equals("drum")) {
                      throw new IOException("there is no export drum (try disk)");
                    }
                    return super.open(request);
                  }
                },
            Map.of("key", "value"),
            "disk",
            "drum")
        .breaks("N-3")
        .saying("the export '' cannot be opened: there is no export drum");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void listOfTheOpenersThreadOnly_breaksN4(Role role) {
    role.judgeManner(() ->
            new Manner() {
              private final Thread thread = Thread.currentThread();

              @Override
              List<Export> listExports(List<Export> usual) throws IOException {
                if (Thread.currentThread() != thread) {
                  throw new IllegalStateException("not on this thread");
                }
                return usual;
              }
            })
        .breaks("N-4")
        .saying("listExports", "not on this thread");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void listGoneWhileAHandleIsOpen_breaksN4(Role role) {
    role.judgeManner(() ->
            new Manner() {
              private volatile boolean open;

              @Override
              List<Export> listExports(List<Export> usual) throws IOException {
                if (open) {
                  throw new IOException("the folder is in use");
                }
                return usual;
              }

              @Override
              FilterHandle open(OpenRequest request) throws IOException {
                open = true;
                return super.open(request);
              }
            })
        .breaks("N-4")
        .saying("listExports", "the folder is in use");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void missingExportOpened_breaksX4(Role role) {
    role.judgeManner(Manner::new, Map.of("key", "value"), "disk", "tape")
        .breaks("X-4")
        .saying("export 'tape' was opened");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void strangeNameThrowsUnchecked_breaksX3(Role role) {
    refusing(role, new IllegalArgumentException("bad name"))
        .breaks("X-3")
        .saying("open threw java.lang.IllegalArgumentException: bad name");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void refusalWithoutAMessage_breaksX6(Role role) {
    refusing(role, new IOException()).breaks("X-6").saying("the message of a refusal is 'null'");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void refusalOfManyLines_breaksX6(Role role) {
    refusing(role, new IOException("no such export\n\tat Disk.open(Disk.java:7)"))
        .breaks("X-6")
        .saying("at Disk.open");
  }

  private static Verdict refusing(Role role, Exception refusal) {
    return role.judgeManner(() ->
        new Manner() {
          @Override
          FilterHandle open(OpenRequest request) throws IOException {
            if (!request.exportName().isEmpty()) {
              switch (refusal) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw new IllegalArgumentException(refusal);
              }
            }
            return super.open(request);
          }
        });
  }
}
