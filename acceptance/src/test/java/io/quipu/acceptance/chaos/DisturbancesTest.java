package io.quipu.acceptance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.chaos.Disturbance.Kind;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DisturbancesTest {

    private static final int DRAWS = 2_000;

    private static List<Disturbance> drawn(long seed) {
        return Stream.generate(new Disturbances(4, new SplittableRandom(seed))).limit(DRAWS).toList();
    }

    @Test
    void sameSeedDrawsTheSame() {
        assertThat(drawn(1)).isEqualTo(drawn(1)).isNotEqualTo(drawn(2));
    }

    @Test
    void everyKindIsDrawnAndMostExchangesPass() {
        List<Disturbance> drawn = drawn(1);
        assertThat(drawn.stream().map(Disturbance::kind).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Kind.values());
        assertThat(drawn).filteredOn(Disturbance.NONE::equals).hasSizeGreaterThan(DRAWS / 2);
    }

    @Test
    void nothingIsDisturbedWhenItIsQuiet() {
        Disturbances disturbances = new Disturbances(4, new SplittableRandom(1));
        disturbances.quiet();
        assertThat(Stream.generate(disturbances).limit(DRAWS)).containsOnly(Disturbance.NONE);
    }

    @Test
    void cutChunkIsNeverWhole() {
        assertThat(drawn(1)).allMatch(disturbance -> disturbance.passing(1) == 0 && disturbance.passing(16_384) < 16_384);
    }
}
