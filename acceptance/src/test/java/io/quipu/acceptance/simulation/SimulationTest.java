package io.quipu.acceptance.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {

    private static final int SEEDS = 100;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Simulation simulation = new Simulation(new PrintStream(bytes, true, StandardCharsets.UTF_8),
            System::nanoTime);

    private String told() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyUsageCountsOnceWhateverGoesWrong() {
        assertThat(simulation.run(1, SEEDS, Duration.ofDays(1), true)).as(this::told).isTrue();
        assertThat(told()).endsWith(SEEDS + " seeds, 0 violations\n").contains("CRASH_HALF", "REPEATED", "FROZEN", "GROWN", "SHRUNK");
    }

    /** A seed that cannot be replayed to the last event would prove nothing. */
    @Test
    void aSeedTellsTheSameStoryEveryTime() {
        LongStream.of(5, 23).forEach(seed -> {
            bytes.reset();
            simulation.replay(seed, Optional.empty(), Optional.empty());
            String first = told();
            bytes.reset();
            simulation.replay(seed, Optional.empty(), Optional.empty());
            assertThat(told()).isEqualTo(first).contains("CALM");
        });
    }

    @Test
    void lessOfASeedIsLess() {
        simulation.replay(23, Optional.of(3), Optional.of(Set.of()));
        assertThat(told()).doesNotContain("CRASH", "LOST").contains("1 seeds, 0 violations");
    }
}
