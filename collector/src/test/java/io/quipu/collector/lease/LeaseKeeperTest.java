package io.quipu.collector.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest {

    private static final Duration BEAT = LeaseTimes.DEFAULT.beat();

    private final FaultyStore store = new FaultyStore();
    private long now;

    private LeaseKeeper keeper(String id, long offset) {
        return new LeaseKeeper(store, 64, id, LeaseTimes.DEFAULT, () -> now + offset);
    }

    private LeaseKeeper keeper(String id) {
        return keeper(id, id.hashCode() * 1_000_000_000L);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private Leases stored() {
        return Json.read(store.get(Keys.leases()).orElseThrow().content(), Leases.class);
    }

    @Test
    void firstOneHasAllAndTheSecondHalf() {
        LeaseKeeper a = keeper("a");
        LeaseKeeper b = keeper("b");
        assertThat(a.beat(new Load(7, 1_000)).partitions()).hasSize(64);
        Share share = b.beat(new Load(5, 500));

        assertThat(share.partitions()).hasSize(32);
        assertThat(share.others()).isEqualTo(new Load(7, 1_000));
        assertThat(share.instances()).isEqualTo(2);
        assertThat(share.left()).isFalse();
        Share other = a.beat(Load.NONE);
        assertThat(other.partitions()).hasSize(32).doesNotContainAnyElementsOf(share.partitions());
        assertThat(other.others()).isEqualTo(new Load(5, 500));
    }

    @Test
    void whoIsSilentForThePatienceIsDead() {
        LeaseKeeper a = keeper("a");
        LeaseKeeper b = keeper("b");
        a.beat(Load.NONE);
        b.beat(Load.NONE);
        for (int beat = 1; beat <= 3; beat++) {
            pass(BEAT);
            assertThat(b.beat(Load.NONE).instances()).as("beat " + beat).isEqualTo(2);
        }
        pass(BEAT);
        Share share = b.beat(Load.NONE);
        assertThat(share.partitions()).hasSize(64);
        assertThat(share.left()).isTrue();
        assertThat(b.beat(Load.NONE).left()).isFalse();

        assertThat(a.beat(Load.NONE).partitions()).as("it was only stalled, and enters again").hasSize(32);
        assertThat(b.beat(Load.NONE).partitions()).hasSize(32);
    }

    @Test
    void nobodyIsDeadBecauseTheStoreWasAway() {
        LeaseKeeper a = keeper("a");
        LeaseKeeper b = keeper("b");
        a.beat(Load.NONE);
        b.beat(Load.NONE);
        store.faults((call, write, keys) -> Fault.FAIL_BEFORE);
        for (int beat = 0; beat < 100; beat++) {
            pass(BEAT);
            assertThatThrownBy(() -> a.beat(Load.NONE)).isInstanceOf(StoreException.class);
        }
        store.noFaults();
        assertThat(a.beat(Load.NONE).instances()).isEqualTo(2);
        assertThat(b.beat(Load.NONE).instances()).isEqualTo(2);
    }

    @Test
    void whoeverBeatsThoughNobodyLearnsThatItWasWrittenLives() {
        LeaseKeeper a = keeper("a");
        LeaseKeeper b = keeper("b");
        a.beat(Load.NONE);
        b.beat(Load.NONE);
        for (int beat = 0; beat < 20; beat++) {
            pass(BEAT);
            store.faults((call, write, keys) -> write ? Fault.FAIL_AFTER : Fault.NONE);
            assertThatThrownBy(() -> a.beat(Load.NONE)).isInstanceOf(StoreException.class);
            store.noFaults();
            assertThat(b.beat(Load.NONE).instances()).isEqualTo(2);
        }
    }

    @Test
    void whoeverLeavesGivesItsPartitionsAwayInTheSameWrite() {
        LeaseKeeper a = keeper("a");
        LeaseKeeper b = keeper("b");
        a.beat(Load.NONE);
        b.beat(Load.NONE);
        a.leave();

        assertThat(stored().instance("b").orElseThrow().partitions()).hasSize(64);
        Share share = b.beat(Load.NONE);
        assertThat(share.partitions()).hasSize(64);
        assertThat(share.left()).isTrue();
        assertThat(a.beat(Load.NONE).partitions()).as("it does not come back").isEmpty();
        assertThat(stored().instances()).hasSize(1);
        b.leave();
        assertThat(stored().instances()).isEmpty();
        assertThat(keeper("c").beat(Load.NONE).partitions()).hasSize(64);
    }

    @Test
    void leavingOutlastsAStoreThatIsUnclear() {
        LeaseKeeper a = keeper("a");
        a.beat(Load.NONE);
        store.faults((call, write, keys) -> call < 5 ? write ? Fault.FAIL_AFTER : Fault.FAIL_BEFORE : Fault.NONE);
        a.leave();
        assertThat(stored().instances()).isEmpty();

        LeaseKeeper b = keeper("b");
        b.beat(Load.NONE);
        store.faults((call, write, keys) -> Fault.FAIL_BEFORE);
        assertThatThrownBy(b::leave).isInstanceOf(StoreException.class);
    }

    @Test
    void lostRaceIsReadAgainWithinTheSameBeat() {
        LeaseKeeper a = keeper("a");
        LeaseKeeper b = keeper("b");
        a.beat(Load.NONE);
        boolean[] raced = {false};
        store.faults((call, write, keys) -> {
            if (write && !raced[0]) {
                raced[0] = true;
                a.beat(new Load(3, 3));
            }
            return Fault.NONE;
        });
        assertThat(b.beat(Load.NONE).others()).isEqualTo(new Load(3, 3));
        assertThat(stored().instances()).extracting(Leases.Instance::id).containsExactly("a", "b");
    }

    @Test
    void whoeverLosesEveryRaceKeepsWhatOthersLeaveIt() {
        LeaseKeeper a = keeper("a");
        LeaseKeeper b = keeper("b");
        a.beat(Load.NONE);
        b.beat(Load.NONE);
        int[] depth = {0};
        store.faults((call, write, keys) -> {
            if (write && depth[0]++ % 2 == 0) {
                a.beat(Load.NONE);
            }
            return Fault.NONE;
        });
        assertThat(b.beat(Load.NONE).partitions()).hasSize(32);
        assertThat(depth[0]).isLessThanOrEqualTo(2 * LeaseKeeper.MAX_TRIES);
    }

    @Test
    void twoHundredShareAThousandPartitions() {
        List<LeaseKeeper> keepers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            keepers.add(new LeaseKeeper(store, 1_024, "collector-" + i, LeaseTimes.DEFAULT, () -> now));
        }
        keepers.forEach(keeper -> keeper.beat(Load.NONE));
        pass(BEAT);
        List<Integer> counts = keepers.stream().map(keeper -> keeper.beat(Load.NONE).partitions().size()).toList();
        assertThat(counts).containsOnly(5, 6);
        assertThat(counts.stream().mapToInt(i -> i).sum()).isEqualTo(1_024);
        assertThat(store.get(Keys.leases()).orElseThrow().content().length).isLessThan(32 * 1024);
    }

    @Test
    void oneMoreThanThereIsRoomForDrivesNothingUntilThereIs() {
        List<Leases.Instance> full = IntStream.range(0, Leases.MAX_INSTANCES)
                .mapToObj(i -> new Leases.Instance("old" + i, 1, 0, 0, List.of())).toList();
        store.write(new Write.Insert(Keys.leases(), Json.write(new Leases(Leases.VERSION, full).spread(64))));
        LeaseKeeper late = keeper("late");
        Share share = late.beat(Load.NONE);
        assertThat(share.partitions()).isEmpty();
        assertThat(share.instances()).isEqualTo(Leases.MAX_INSTANCES);
        for (int beat = 0; beat < 4; beat++) {
            pass(BEAT);
            share = late.beat(Load.NONE);
        }
        assertThat(share.partitions()).as("all others were dead").hasSize(64);
    }

    @Test
    void documentOfANewerReleaseIsRefused() {
        store.write(new Write.Insert(Keys.leases(),
                "{\"version\":2,\"instances\":[]}".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> keeper("a").beat(Load.NONE)).rootCause().hasMessageContaining("format 2");
    }

    @Test
    void timesThatDoNotFitAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new LeaseTimes(second, second.multipliedBy(2), second, second)).hasMessageContaining("patience");
        assertThatThrownBy(() -> new LeaseTimes(Duration.ZERO, second, second, second)).hasMessageContaining("beat");
        assertThatThrownBy(() -> new LeaseTimes(second, second.multipliedBy(3), second, Duration.ofMillis(1))).hasMessageContaining("poll");
    }
}
