package io.quipu.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.running.Reconciled;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Event.Kind;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Rejection;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenTimelineTest {

    private static final TimelineKey KEY = new TimelineKey(new Consumer("o", "s", "c"), "linux-container", "i");
    private static final Terms BASIC = terms("basic");
    private static final Terms STANDARD = terms("standard");

    private static Terms terms(String plan) {
        return new Terms(new PlanPath(plan, "m", "r", "p"), "version of " + plan, "USD");
    }

    private static OpenEntry set(long time, Kind kind, String id, Terms terms, Level... levels) {
        return new OpenEntry(time, kind, id, terms, List.of(levels));
    }

    private static OpenEntry stop(long time) {
        return new OpenEntry(time, Kind.STOP, null, null, List.of());
    }

    private static Level level(String metric, long quantity, String price) {
        return new Level(metric, BigDecimal.valueOf(quantity), price == null ? null : new BigDecimal(price));
    }

    private static LevelChange change(long time, Terms terms, String metric, String change, String cost) {
        return new LevelChange(time, terms.path(), terms.plan(), terms.currency(), metric, new BigDecimal(change),
                new BigDecimal(cost));
    }

    private static List<LevelChange> take(OpenTimeline timeline, OpenEntry entry) {
        List<LevelChange> changes = timeline.changes(entry, null);
        long position = timeline.watermark().position() + 1;
        timeline.accept(position, 1_000 + position, entry, changes);
        return changes;
    }

    private static Optional<Reconciliation> accept(OpenTimeline timeline, long position, OpenEntry entry) {
        return timeline.accept(position, 1_000 + position, entry, List.of());
    }

    /** The sum of all changes by time, terms and metric, without those that come to nothing. */
    private static Map<String, String> sums(List<LevelChange> changes) {
        Map<String, BigDecimal[]> sums = new TreeMap<>();
        changes.forEach(change -> {
            BigDecimal[] sum = sums.computeIfAbsent(change.time() + " " + change.plan() + " " + change.metric(),
                    key -> new BigDecimal[] {BigDecimal.ZERO, BigDecimal.ZERO});
            sum[0] = Decimals.add(sum[0], change.change());
            sum[1] = Decimals.add(sum[1], change.cost());
        });
        Map<String, String> texts = new TreeMap<>();
        sums.forEach((key, sum) -> {
            if (sum[0].signum() != 0 || sum[1].signum() != 0) {
                texts.put(key, Decimals.plain(sum[0]) + " " + Decimals.plain(sum[1]));
            }
        });
        return texts;
    }

    @Test
    void whatComesInOrderChangesTheLevelAtItsOwnTime() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());

        assertThat(take(timeline, set(100, Kind.START, null, BASIC, level("memory", 2, "0.5"))))
                .containsExactly(change(100, BASIC, "memory", "2", "1"));
        assertThat(take(timeline, set(200, Kind.LEVEL, null, BASIC, level("memory", 3, "0.5"))))
                .containsExactly(change(200, BASIC, "memory", "1", "0.5"));
        assertThat(take(timeline, stop(300))).containsExactly(change(300, BASIC, "memory", "-3", "-1.5"));
        assertThat(take(timeline, stop(400))).isEmpty();
    }

    @Test
    void aStopThatComesFirstEndsWhatBeginsBeforeIt() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());

        assertThat(take(timeline, stop(500))).isEmpty();
        assertThat(take(timeline, set(100, Kind.START, null, BASIC, level("memory", 2, null)))).containsExactly(
                change(100, BASIC, "memory", "2", "0"), change(500, BASIC, "memory", "-2", "0"));
    }

    @Test
    void whatComesLateEndsWhereTheNextBegins() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, null, BASIC, level("memory", 2, "1")));
        take(timeline, set(300, Kind.LEVEL, null, BASIC, level("memory", 5, "1")));

        assertThat(timeline.changes(set(200, Kind.LEVEL, null, BASIC, level("memory", 7, "1")), null)).containsExactly(
                change(200, BASIC, "memory", "5", "5"), change(300, BASIC, "memory", "-5", "-5"));
        assertThat(timeline.changes(set(200, Kind.START, null, BASIC, level("memory", 2, "1")), null)).isEmpty();
    }

    @Test
    void aStopTakesOffJustWhatItsStartAddedWhateverHasHappenedToThePrice() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        Terms changed = new Terms(BASIC.path(), "another version", "USD");
        take(timeline, set(100, Kind.START, null, BASIC, level("memory", 3, "0.3333333333333333333333333333333333")));
        assertThat(take(timeline, set(200, Kind.LEVEL, null, changed, level("memory", 3, "7")))).containsExactly(
                change(200, BASIC, "memory", "-3", "-0.9999999999999999999999999999999999"),
                change(200, changed, "memory", "3", "21"));
        assertThat(take(timeline, stop(300))).containsExactly(change(300, changed, "memory", "-3", "-21"));
    }

    @Test
    void anotherPlanEndsAllThatRanUnderTheOneBefore() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, null, BASIC, level("disk", 1, null), level("memory", 2, null)));

        assertThat(take(timeline, set(200, Kind.LEVEL, null, STANDARD, level("memory", 2, "1")))).containsExactly(
                change(200, BASIC, "disk", "-1", "0"), change(200, BASIC, "memory", "-2", "0"),
                change(200, STANDARD, "memory", "2", "2"));
    }

    @Test
    void whatAnEntryDoesNotNameGoesOn() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, null, BASIC, level("disk", 1, null), level("memory", 2, null)));

        assertThat(take(timeline, set(200, Kind.LEVEL, null, BASIC, level("memory", 4, null))))
                .containsExactly(change(200, BASIC, "memory", "2", "0"));
        assertThat(take(timeline, stop(300))).containsExactly(
                change(300, BASIC, "disk", "-1", "0"), change(300, BASIC, "memory", "-4", "0"));
    }

    @Test
    void atOneTimeAStartRunsAndTheGreatestIdDecidesBetweenLevels() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, "s", BASIC, level("memory", 2, null)));
        assertThat(take(timeline, stop(100))).isEmpty();
        take(timeline, set(100, Kind.LEVEL, "b", BASIC, level("memory", 9, null)));
        assertThat(take(timeline, set(100, Kind.LEVEL, "a", BASIC, level("memory", 5, null)))).isEmpty();
    }

    /** Five events, equal times among them, another plan, a stop before its start and what runs already. */
    @Test
    void everyOneOf120OrdersOfFiveEventsGivesTheSameSums() {
        List<OpenEntry> events = List.of(
                set(1_000, Kind.START, "a", BASIC, level("memory", 2, "0.5")),
                set(2_000, Kind.START, "b", BASIC, level("memory", 2, "0.7"), level("disk", 10, null)),
                stop(3_000),
                set(3_000, Kind.START, null, STANDARD, level("memory", 1, "0.1")),
                set(2_500, Kind.LEVEL, null, BASIC, level("memory", 4, "0.7")));
        List<List<OpenEntry>> orders = orders(events);
        assertThat(orders).hasSize(120);

        Map<String, String> expected = Map.of(
                "1000 version of basic memory", "2 1", "2000 version of basic memory", "0 0.4",
                "2000 version of basic disk", "10 0", "2500 version of basic memory", "2 1.4",
                "3000 version of basic memory", "-4 -2.8", "3000 version of basic disk", "-10 0",
                "3000 version of standard memory", "1 0.1");
        for (List<OpenEntry> order : orders) {
            OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
            List<LevelChange> changes = new ArrayList<>();
            order.forEach(event -> changes.addAll(take(timeline, event)));
            assertThat(sums(changes)).as("%s", order).isEqualTo(expected);
        }
    }

    private static List<List<OpenEntry>> orders(List<OpenEntry> events) {
        if (events.isEmpty()) {
            return List.of(List.of());
        }
        List<List<OpenEntry>> orders = new ArrayList<>();
        for (OpenEntry first : events) {
            List<OpenEntry> others = new ArrayList<>(events);
            others.remove(first);
            orders(others).forEach(rest -> {
                List<OpenEntry> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(order);
            });
        }
        return orders;
    }

    /** Random entries in a random order; each is stored in between, and what is older than all that follows is dropped. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatAllChangesAddUpToIsWhatTheEntriesSayInTheirOrder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            List<OpenEntry> entries = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                entries.add(entry(random));
            }
            // in a random order, but none comes more than ten after one that is later
            List<OpenEntry> arrivals = new ArrayList<>(entries);
            Map<OpenEntry, Long> arrival = new IdentityHashMap<>();
            arrivals.forEach(entry -> arrival.put(entry, entry.time() + random.nextInt(10)));
            Collections.shuffle(arrivals, random);
            arrivals.sort(Comparator.comparingLong(arrival::get));

            List<LevelChange> changes = new ArrayList<>();
            Optional<Timeline> stored = Optional.empty();
            for (OpenEntry entry : arrivals) {
                OpenTimeline timeline = new OpenTimeline(KEY, stored);
                changes.addAll(take(timeline, entry));
                Long horizon = random.nextBoolean() ? null : arrival.get(entry) - 10;
                stored = Optional.of(timeline.sealed(-1, horizon));
            }
            assertThat(sums(changes)).as("seed %s, round %s: %s", seed, round, arrivals)
                    .isEqualTo(sums(jumps(entries)));
        }
    }

    private static OpenEntry entry(Random random) {
        long time = random.nextInt(30);
        Kind kind = Kind.values()[random.nextInt(Kind.COMPLETE.ordinal())];
        if (kind.stops()) {
            return new OpenEntry(time, kind, null, null, List.of());
        }
        List<Level> levels = new ArrayList<>();
        if (random.nextInt(3) > 0) {
            levels.add(level("disk", random.nextInt(3), null));
        }
        if (levels.isEmpty() || random.nextBoolean()) {
            levels.add(level("memory", random.nextInt(3), "0." + (1 + random.nextInt(2))));
        }
        return new OpenEntry(time, kind, random.nextBoolean() ? null : "" + random.nextInt(2),
                random.nextInt(4) == 0 ? STANDARD : BASIC, levels);
    }

    /** The changes from entry to entry, in the order in which they take effect, written down once more. */
    private static List<LevelChange> jumps(List<OpenEntry> entries) {
        List<OpenEntry> sorted = new ArrayList<>(entries);
        Collections.sort(sorted);
        List<LevelChange> changes = new ArrayList<>();
        Map<String, Level> running = new TreeMap<>();
        Terms under = null;
        for (OpenEntry entry : sorted) {
            Map<String, Level> next = new TreeMap<>();
            if (entry.terms() != null && entry.terms().equals(under)) {
                next.putAll(running);
            }
            entry.levels().forEach(level -> next.put(level.metric(), level));
            for (Level level : running.values()) {
                changes.add(signed(entry.time(), under, level, -1));
            }
            for (Level level : next.values()) {
                changes.add(signed(entry.time(), entry.terms(), level, 1));
            }
            running = next;
            under = entry.terms();
        }
        return changes;
    }

    private static LevelChange signed(long time, Terms terms, Level level, int sign) {
        BigDecimal price = level.price() == null ? BigDecimal.ZERO : level.price();
        return change(time, terms, level.metric(), level.quantity().multiply(BigDecimal.valueOf(sign)).toPlainString(),
                level.quantity().multiply(price).multiply(BigDecimal.valueOf(sign)).toPlainString());
    }

    @Test
    void whatIsOlderThanTheHorizonIsDroppedButForWhatRuns() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(100, Kind.START, null, BASIC, level("disk", 1, null)));
        take(timeline, set(200, Kind.LEVEL, null, BASIC, level("memory", 2, "3")));
        take(timeline, set(300, Kind.LEVEL, null, BASIC, level("memory", 5, "3")));

        Timeline sealed = timeline.sealed(-1, 300L);

        assertThat(sealed.entries()).extracting(Timeline.Entry::time).containsExactly(300L);
        assertThat(sealed.terms()).containsExactly(BASIC);
        assertThat(sealed.opening()).extracting(Timeline.TermedLevel::level)
                .containsExactly(level("disk", 1, null), level("memory", 2, "3"));
    }

    @Test
    void whatOnlyPassesARejectionIsNotSaidToBeIndexed() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        timeline.pass(new Rejection(1, "meter", "broken", "it is"));
        Timeline passed = timeline.sealed(-1, null);
        assertThat(passed.version()).isEqualTo(Timeline.NOT_INDEXED);

        OpenTimeline again = new OpenTimeline(KEY, Optional.of(passed));
        accept(again, 2, stop(100));
        assertThat(again.sealed(-1, null).version()).isEqualTo(Timeline.VERSION);
    }

    @Test
    void aTimelineHasRoomForOnlySoManyEntriesAndForAsManyStops() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        for (int i = 0; i < OpenTimeline.MAX_ENTRIES; i++) {
            accept(timeline, i, stop(i));
        }
        OpenEntry start = set(5_000, Kind.START, null, BASIC, level("memory", 1, null));

        assertThatThrownBy(() -> timeline.changes(start, null)).isInstanceOfSatisfying(MeteringException.class,
                refused -> assertThat(refused.code()).isEqualTo("too_many_levels"))
                .hasMessageContaining("the limits are 2000 and 20000");
        assertThat(timeline.changes(stop(5_000), null)).isEmpty();
        for (int i = 0; i < OpenTimeline.MAX_ENTRIES; i++) {
            accept(timeline, 5_000 + i, stop(5_000 + i));
        }
        assertThatThrownBy(() -> timeline.changes(stop(9_000), null)).isInstanceOf(MeteringException.class);
    }

    @Test
    void whatASnapshotTellsHasAsMuchRoomAsStops() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        Level[] ten = IntStream.range(0, 10).mapToObj(i -> level("m" + i, 1, null)).toArray(Level[]::new);
        for (int i = 0; i < OpenTimeline.MAX_ENTRIES; i++) {
            accept(timeline, i, set(i, Kind.LEVEL, null, BASIC, ten));
        }
        assertThatThrownBy(() -> timeline.changes(set(5_000, Kind.LEVEL, null, BASIC, ten), null))
                .isInstanceOf(MeteringException.class);
        for (int i = 0; i < OpenTimeline.MAX_ENTRIES; i++) {
            OpenEntry snapshot = set(5_000 + i, Kind.SNAPSHOT, null, BASIC, ten);
            if (i == 0) {
                assertThat(timeline.changes(snapshot, null)).isEmpty();
            }
            accept(timeline, 5_000 + i, snapshot);
        }
        assertThatThrownBy(() -> timeline.changes(set(9_000, Kind.SNAPSHOT, null, BASIC, ten), null))
                .isInstanceOf(MeteringException.class).hasMessageContaining("the limits are 4000 and 40000");
        assertThatThrownBy(() -> timeline.changes(OpenEntry.gone(9_000, null), null)).isInstanceOf(MeteringException.class);
    }

    @Test
    void atOneTimeASnapshotDecidesAndGoneComesBeforeWhatStarts() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        take(timeline, set(50, Kind.START, null, BASIC, level("memory", 1, null), level("disk", 7, null)));
        assertThat(take(timeline, set(100, Kind.SNAPSHOT, "s", BASIC, level("memory", 4, null))))
                .as("leaves alone what it does not name").containsExactly(change(100, BASIC, "memory", "3", "0"));
        assertThat(take(timeline, set(100, Kind.LEVEL, "z", BASIC, level("memory", 9, null)))).isEmpty();
        assertThat(take(timeline, OpenEntry.gone(100, "s")))
                .as("memory is set by what comes later at that time").containsExactly(change(100, BASIC, "disk", "-7", "0"));
        assertThat(take(timeline, set(100, Kind.START, null, BASIC, level("disk", 2, null))))
                .containsExactly(change(100, BASIC, "disk", "2", "0"));
    }

    @Test
    void anEntryOfASnapshotTellsWhatItHasComeToWhereItStands() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        Terms changed = new Terms(BASIC.path(), "another version", "USD");

        assertThat(accept(timeline, 0, OpenEntry.gone(50, "0"))).as("neither listed nor closed").isEmpty();
        assertThat(accept(timeline, 1, set(100, Kind.SNAPSHOT, "1", BASIC, level("memory", 0, null))))
                .as("nothing ran and nothing runs").contains(Reconciliation.UNCHANGED);
        assertThat(accept(timeline, 2, set(200, Kind.SNAPSHOT, "2", BASIC, level("memory", 2, null))))
                .contains(Reconciliation.OPENED);
        assertThat(accept(timeline, 3, set(300, Kind.SNAPSHOT, "3", BASIC, level("memory", 2, null))))
                .contains(Reconciliation.UNCHANGED);
        assertThat(accept(timeline, 4, set(400, Kind.SNAPSHOT, "4", BASIC, level("memory", 3, null))))
                .contains(Reconciliation.CORRECTED);
        assertThat(accept(timeline, 5, set(500, Kind.SNAPSHOT, "5", changed, level("memory", 3, "1"))))
                .as("under other terms").contains(Reconciliation.CORRECTED);
        assertThat(accept(timeline, 6, OpenEntry.gone(600, "6"))).contains(Reconciliation.CLOSED);
        assertThat(accept(timeline, 7, set(550, Kind.SNAPSHOT, "7", changed, level("memory", 0, "1"))))
                .as("one that comes late").contains(Reconciliation.CORRECTED);
        assertThat(accept(timeline, 8, stop(700))).as("no snapshot").isEmpty();

        Course course = Course.of(timeline.sealed(-1, null));
        assertThat(course.reconciled(300, "3")).isEqualTo(new Reconciled.Counts(0, 0, 0, 1));
        assertThat(course.reconciled(400, "4")).isEqualTo(new Reconciled.Counts(0, 1, 0, 0));
        assertThat(course.reconciled(600, "6")).as("a late one has ended it before").isEqualTo(Reconciled.Counts.NONE);
        assertThat(course.reconciled(300, "4")).isEqualTo(Reconciled.Counts.NONE);
        assertThat(course.reconciled(300, null)).isEqualTo(Reconciled.Counts.NONE);
    }

    /** What is stored depends on how a batch was split; what is decided must not. */
    @Test
    void whatNoUsageCanPrecedeTakesNoRoomWhetherOrNotItIsStillThere() {
        OpenTimeline timeline = new OpenTimeline(KEY, Optional.empty());
        for (int i = 0; i < OpenTimeline.MAX_ENTRIES; i++) {
            accept(timeline, i, stop(i));
        }
        OpenEntry start = set(5_000, Kind.START, null, BASIC, level("memory", 1, null));

        assertThat(timeline.changes(start, 1L)).hasSize(1);
        assertThat(new OpenTimeline(KEY, Optional.of(timeline.sealed(-1, 1L))).changes(start, 1L)).hasSize(1);
    }

    @Test
    void aTimelineOfAnotherInstanceIsRefused() {
        Timeline other = new OpenTimeline(new TimelineKey(KEY.consumer(), "linux-container", "another"), Optional.empty())
                .sealed(-1, null);

        assertThatThrownBy(() -> new OpenTimeline(KEY, Optional.of(other))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another document has the key");
    }
}
