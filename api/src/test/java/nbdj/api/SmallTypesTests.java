package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types of a few lines: thread models, errors, extent types, versions. */
class SmallTypesTests {
  @Test
  void threadModels_areInAscendingOrderOfFreedom() {
    assertEquals(
        List.of(
            ThreadModel.SERIALIZE_CONNECTIONS,
            ThreadModel.SERIALIZE_ALL_REQUESTS,
            ThreadModel.SERIALIZE_REQUESTS,
            ThreadModel.PARALLEL),
        List.of(ThreadModel.values()));
  }

  @Test
  void threadModel_min_isTheStricterWhicheverIsFirst() {
    List<ThreadModel> models = List.of(ThreadModel.values());
    for (int i = 0; i < models.size(); i++) {
      for (int j = i; j < models.size(); j++) {
        assertSame(models.get(i), models.get(i).min(models.get(j)));
        assertSame(models.get(i), models.get(j).min(models.get(i)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "EPERM, 1",
    "EIO, 5",
    "ENOMEM, 12",
    "EINVAL, 22",
    "ENOSPC, 28",
    "EOVERFLOW, 75",
    "ENOTSUP, 95",
    "ESHUTDOWN, 108"
  })
  void error_hasTheNumberOfTheProtocol(NbdError error, int number) {
    assertEquals(number, error.number());
  }

  @Test
  void errorOf_anyFailure_isItsOwnOrEio() {
    assertSame(NbdError.ENOSPC, NbdException.errorOf(new NbdException(NbdError.ENOSPC, "full")));
    assertSame(NbdError.EIO, NbdException.errorOf(new IOException("broken")));
    assertSame(NbdError.EIO, NbdException.errorOf(new IllegalStateException()));
  }

  @ParameterizedTest
  @CsvSource({"DATA, 0, false", "HOLE, 1, false", "ZERO, 2, true", "HOLE_ZERO, 3, true"})
  void extentType_hasTheFlagsOfBaseAllocation(ExtentType type, int flags, boolean zeroes) {
    assertEquals(flags, type.allocationFlags());
    assertEquals(zeroes, type.readsAsZeroes());
  }

  @Test
  void support_isAvailableUnlessNone() {
    assertEquals(
        List.of(false, true, true),
        Arrays.stream(Support.values()).map(Support::available).toList());
  }

  @ParameterizedTest
  @CsvSource({"1, 0.1", "999, 0.999", "1000, 1.0", "12034, 12.34"})
  void version_isDescribedAsMajorAndMinor(int version, String text) {
    assertEquals(text, Nbdj.describe(version));
  }

  @Test
  void versionAtRunTime_isThatOfTheConstant() {
    assertEquals(Nbdj.API_VERSION, Nbdj.apiVersion());
  }

  @Test
  void openRequest_plain_isUnsharedAndUnencrypted() {
    OpenRequest request = OpenRequest.of(true, "x");
    assertTrue(request.readOnly());
    assertEquals("x", request.exportName());
    assertFalse(request.tls());
    assertFalse(request.shared());
  }
}
