package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.store.memory.InMemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;

class SharingHealthTest {

    @Test
    void whoDrivesWhatIsShownAsOfTheLastBeat() {
        VirtualTime time = new VirtualTime();
        InMemoryStore store = new InMemoryStore(Clock.systemUTC());
        SharingMachine a = new SharingMachine(time, store, new FoldingStage(), "a", Duration.ZERO);
        new SharingMachine(time, store, new FoldingStage(), "b", Duration.ZERO);
        time.pass(Duration.ofSeconds(3));
        a.store.away = key -> true;
        time.pass(Duration.ofSeconds(2));

        Health health = new SharingHealth((SharedPartitions) a.sharing).health();
        assertThat(health.getStatus().getCode()).isEqualTo("UP");
        assertThat(health.getDetails()).containsExactly(Map.entry("instance", "a"),
                Map.entry("partitions", Map.of("a", "0-31", "b", "32-63")), Map.entry("renewed", "2 s ago"));
    }

    @Test
    void numbersInARowAreOneRange() {
        assertThat(SharingHealth.ranges(List.of())).isEmpty();
        assertThat(SharingHealth.ranges(List.of(5))).isEqualTo("5");
        assertThat(SharingHealth.ranges(List.of(0, 1, 2, 4, 62, 63))).isEqualTo("0-2, 4, 62-63");
    }
}
