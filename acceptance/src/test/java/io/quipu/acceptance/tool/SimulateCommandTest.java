package io.quipu.acceptance.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {

    private static boolean run(Map<String, String> options, ByteArrayOutputStream out) {
        return new SimulateCommand(options).run(new PrintStream(out, true, StandardCharsets.UTF_8), System::nanoTime);
    }

    @ParameterizedTest
    @CsvSource({"--seeds,0,above 0", "--seeds,-1,above 0", "--seeds,abc,must be a number", "--from,x,must be a number",
        "--minutes,0,above 0", "--minutes,x,must be a number", "--bogus,1,does not take --bogus", "--faults,1,does not take"})
    void whatMakesNoSenseIsRefused(String option, String value, String reason) {
        assertThatThrownBy(() -> run(Map.of(option, value), new ByteArrayOutputStream()))
                .isInstanceOf(ToolException.class).hasMessageContaining(reason);
    }

    @Test
    void oneSeedTakesNoNumberOfSeeds() {
        assertThatThrownBy(() -> new SimulateCommand(Map.of("--seed", "7", "--seeds", "3")))
                .isInstanceOf(ToolException.class).hasMessageContaining("does not take --seeds");
        assertThatThrownBy(() -> new SimulateCommand(Map.of("--seed", "7", "--faults", "3")))
                .isInstanceOf(ToolException.class).hasMessageContaining("--trace");
    }

    @Test
    void aFewSeedsFromOneOnAreRun() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(Map.of("--seeds", "3", "--from", "11"), out)).isTrue();
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("3 seeds, 0 violations\n");
    }
}
