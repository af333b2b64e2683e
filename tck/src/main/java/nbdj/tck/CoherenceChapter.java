package nbdj.tck;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Random operations, each compared with a model. */
abstract class CoherenceChapter extends Chapter {
  CoherenceChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule({"W-3", "W-2", "W-4", "W-5", "W-8", "E-5"})
  void randomOperations_atTheBeginning_agreeWithAModel() throws IOException {
    Io io = open();
    agrees(io, ground(io));
  }

  @Test
  @Rule({"W-3", "W-2", "W-4", "W-5", "W-8", "E-5"})
  void randomOperations_atTheEnd_agreeWithAModel() throws IOException {
    Io io = open();
    needsWrite(io);
    Range writable = contract.writable(io.next().size());
    applies(writable.length() > GROUND, "the beginning is all there is");
    agrees(io, writable.last(GROUND));
  }

  private void agrees(Io io, Range window) throws IOException {
    RandomRun run = new RandomRun(io, window, settings().seed());
    run.go(settings().rounds());
    run.compare();
  }
}
