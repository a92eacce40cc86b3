package io.quipu.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the windows of an instance say of its levels, whatever the order, the batches and the crashes. */
class InstanceLevelsTest {

    private static final Map<String, CompiledPlan> PLANS = Map.of("basic", plan("basic"), "standard", plan("standard"));
    private static final TimelineKey KEY = TimelineKey.of(origin("basic", 0));
    private static final long HOUR = 3_600_000;
    private static final Rejection BELOW = new Rejection(0, "aggregator", "too_many_plans", "why");

    private final Map<String, InstanceWindow> windows = new TreeMap<>();
    private final Map<String, Timeline> timelines = new TreeMap<>();

    /** That an instance is at that level from a time on; or ends, when there is none. */
    private record Told(Event.Kind kind, long time, String id, String plan, Integer level) {

        MeteredUsage at(long position) {
            return new MeteredUsage(position, position, origin(plan, time), new Pin("1234", "USA", "USD", plan, plan),
                    level == null ? List.of() : List.of(new MeteredQuantity("memory", Value.of(BigDecimal.valueOf(level)))),
                    new Event(kind, id));
        }
    }

    private static CompiledPlan plan(String id) {
        return CompiledPlan.of(new PlanVersion(id, new MeteringPlan("m", List.of(), List.of(
                new MeteringPlan.Metric("memory", "GB", null, "memory", "time_weighted"))), new RatingPlan("r", List.of()),
                new PricingPlan("p", List.of())));
    }

    private static Origin origin(String plan, long time) {
        return new Origin("o", "s", "c", "linux-container", plan, "i", time, time);
    }

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private Accumulated accumulate(Map<Long, Rejection> excluded, List<MeteredUsage> usages) {
        return new Accumulation(-1, null, PLANS::get, (key, window) -> Optional.ofNullable(windows.get(key.document(window))),
                key -> Optional.ofNullable(timelines.get(key.document())), excluded).accumulate(usages);
    }

    private void store(Accumulated result) {
        windows.putAll(result.windows());
        timelines.putAll(result.timelines());
    }

    /** Around the end of a month, another plan, an end before its beginning, equal times. */
    @Test
    void everyOneOf120OrdersOfFiveEventsGivesTheSameBytes() {
        List<Told> events = List.of(
                new Told(Event.Kind.START, at("2026-10-31T22:00:00Z"), "a", "basic", 2),
                new Told(Event.Kind.LEVEL, at("2026-11-01T00:00:00Z"), "b", "basic", 4),
                new Told(Event.Kind.STOP, at("2026-11-02T12:00:00Z"), "c", "basic", null),
                new Told(Event.Kind.LEVEL, at("2026-11-01T10:00:00.001Z"), "d", "basic", 3),
                new Told(Event.Kind.START, at("2026-11-30T23:59:59.999Z"), "e", "standard", 1));
        List<List<Told>> orders = orders(events);
        assertThat(orders).hasSize(120);
        String expected = null;
        for (List<Told> order : orders) {
            for (int size : List.of(1, 2, 5)) {
                windows.clear();
                timelines.clear();
                for (int from = 0; from < order.size(); from += size) {
                    List<MeteredUsage> batch = new ArrayList<>();
                    for (int i = from; i < Math.min(order.size(), from + size); i++) {
                        batch.add(order.get(i).at(i));
                    }
                    store(accumulate(Map.of(), batch));
                }
                String bytes = bytes();
                expected = expected == null ? bytes : expected;
                assertThat(bytes).as("%s by %s", order, size).isEqualTo(expected);
            }
        }
        assertThat(expected).contains("basic").contains("standard").contains("2026-10-31").contains("2026-11-30")
                .doesNotContain("2026-12");
    }

    /** All that does not tell of the order: how far documents have come, and what has come to nothing. */
    private String bytes() {
        StringBuilder bytes = new StringBuilder();
        windows.values().stream().filter(window -> !window.undone()).forEach(window -> bytes.append(text(new InstanceWindow(
                window.version(), window.organizationId(), window.spaceId(), window.consumerId(), window.resourceId(),
                window.resourceInstanceId(), window.path(), window.window(), Watermark.NONE, window.plan(), 0, 0, 0,
                window.metrics(), window.levelsOnly(), null))));
        Timeline timeline = timelines.get(KEY.document());
        return bytes.append(text(timeline.months())).append(text(timeline.terms())).append(text(timeline.entries())).toString();
    }

    private static String text(Object document) {
        return new String(Json.write(document), StandardCharsets.UTF_8);
    }

    private static List<List<Told>> orders(List<Told> events) {
        if (events.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Told>> orders = new ArrayList<>();
        for (Told first : events) {
            List<Told> others = new ArrayList<>(events);
            others.remove(first);
            orders(others).forEach(rest -> {
                List<Told> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(order);
            });
        }
        return orders;
    }

    /**
     * Random events in a random order, in random batches; some are rejected below, and some of what a batch has come to is lost, so that
     * it is driven again. Each month and day is then compared with the level, added up span by span.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void everyWindowHoldsTheAreaUnderTheLevel(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 25; round++) {
            windows.clear();
            timelines.clear();
            List<Told> told = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                told.add(told(random, "id-" + i));
            }
            Collections.shuffle(told, random);
            List<Told> counted = new ArrayList<>();
            Map<Long, Rejection> rejections = new HashMap<>();
            List<MeteredUsage> batch = new ArrayList<>();
            for (int i = 0; i < told.size(); i++) {
                batch.add(told.get(i).at(i));
                if (random.nextInt(5) == 0) {
                    rejections.put((long) i, new Rejection(i, BELOW.stage(), BELOW.code(), BELOW.reason()));
                } else {
                    counted.add(told.get(i));
                }
                if (i + 1 == told.size() || random.nextBoolean()) {
                    commit(random, rejections, batch);
                    batch.clear();
                }
            }
            check(counted, "seed " + seed + ", round " + round + ": " + told);
        }
    }

    private static Told told(Random random, String id) {
        long day = at("2026-09-28T00:00:00Z") + random.nextInt(70) * 24 * HOUR;
        long time = day + List.of(0L, 1L, 5 * HOUR, 24 * HOUR - 1).get(random.nextInt(4));
        String plan = random.nextInt(4) == 0 ? "standard" : "basic";
        return switch (random.nextInt(4)) {
            case 0 -> new Told(Event.Kind.STOP, time, id, plan, null);
            case 1 -> new Told(Event.Kind.START, time, id, plan, random.nextInt(4));
            default -> new Told(Event.Kind.LEVEL, time, id, plan, random.nextInt(4));
        };
    }

    /** Until nothing is lost; a timeline is only written when all windows are. */
    private void commit(Random random, Map<Long, Rejection> rejections, List<MeteredUsage> batch) {
        for (boolean lost = true; lost;) {
            Accumulated result = accumulate(rejections, batch);
            lost = random.nextInt(3) == 0;
            Map<String, InstanceWindow> written = new LinkedHashMap<>(result.windows());
            if (lost) {
                written.keySet().removeIf(key -> random.nextBoolean());
            }
            windows.putAll(written);
            if (written.size() == result.windows().size()) {
                timelines.putAll(result.timelines());
            }
        }
    }

    private void check(List<Told> told, String what) {
        List<Told> ordered = new ArrayList<>(told);
        ordered.sort(Comparator.comparingLong(Told::time).thenComparingInt(one ->
                one.kind() == Event.Kind.STOP ? 0 : one.kind() == Event.Kind.START ? 1 : 2).thenComparing(Told::id));
        Timeline document = timelines.get(KEY.document());
        TimelineMonths timeline = TimelineMonths.of(document);
        TimelineMonths withoutEntries = Json.read(Json.write(document), TimelineMonths.class);
        for (CompiledPlan plan : PLANS.values()) {
            Optional<InstanceLevels> levels = timeline.levels(plan.path());
            assertThat(withoutEntries.levels(plan.path())).as("read without entries, %s", what).isEqualTo(levels);
            InstanceKey key = InstanceKey.of(origin("basic", 0), plan.path());
            for (Window month = Window.parse("2026-09"); month.from() < at("2027-02-01T00:00:00Z"); month = month.next()) {
                BigDecimal opening = before(levels, month.from());
                assertThat(area(key, month, opening)).as("%s of %s, %s", month, plan.path(), what)
                        .isEqualByComparingTo(expected(ordered, plan.path(), month));
                BigDecimal running = opening;
                for (Window day = Window.day(month.from()); day.from() < month.to(); day = day.next()) {
                    assertThat(area(key, day, running)).as("%s of %s, %s", day, plan.path(), what)
                            .isEqualByComparingTo(expected(ordered, plan.path(), day));
                    running = running.add(changes(key, day).change());
                }
                assertThat(running).as("what %s closes with, %s", month, what)
                        .isEqualByComparingTo(before(levels, month.to()));
            }
        }
    }

    private static BigDecimal before(Optional<InstanceLevels> levels, long time) {
        return levels.map(InstanceLevels::plan).map(PlanLevels::metrics).orElse(List.of()).stream()
                .flatMap(metric -> metric.months().stream()).filter(month -> month.month().from() < time)
                .map(PlanLevels.MonthChange::change).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private InstanceWindow.LevelChanges changes(InstanceKey key, Window window) {
        InstanceWindow document = windows.get(key.document(window));
        return document == null || document.metrics().isEmpty() ? new InstanceWindow.LevelChanges(BigDecimal.ZERO, BigDecimal.ZERO)
                : document.metrics().get(0).level();
    }

    private BigDecimal area(InstanceKey key, Window window, BigDecimal opening) {
        InstanceWindow.LevelChanges changes = changes(key, window);
        return changes.area().add(changes.change().add(opening).multiply(BigDecimal.valueOf(window.to() - window.from())));
    }

    /** The time that each level ran in a window times the level. */
    private static BigDecimal expected(List<Told> ordered, PlanPath path, Window window) {
        long area = 0;
        for (int i = 0; i < ordered.size(); i++) {
            Told one = ordered.get(i);
            long to = i + 1 < ordered.size() ? ordered.get(i + 1).time() : Long.MAX_VALUE;
            if (one.level() != null && PLANS.get(one.plan()).path().equals(path)) {
                area += one.level() * Math.max(0, Math.min(to, window.to()) - Math.max(one.time(), window.from()));
            }
        }
        return BigDecimal.valueOf(area);
    }

    @Test
    void whatATimelineOfAnOlderReleaseTellsIsKnownFromTheNextMonthOn() {
        long noon = at("2026-11-10T12:00:00Z");
        store(accumulate(Map.of(), List.of(new Told(Event.Kind.START, noon - 40 * 24 * HOUR, "a", "basic", 2).at(0),
                new Told(Event.Kind.LEVEL, noon, "b", "basic", 5).at(1))));
        Timeline now = new OpenTimeline(KEY, Optional.of(timelines.get(KEY.document()))).sealed(-1, noon);
        Timeline older = new Timeline(2, now.organizationId(), now.spaceId(), now.consumerId(), now.resourceId(),
                now.resourceInstanceId(), now.watermark(), now.terms(), now.opening(), now.since(), now.entries(), null, null, null);

        InstanceLevels levels = TimelineMonths.of(older).levels(PLANS.get("basic").path()).orElseThrow();

        assertThat(levels.from()).isEqualTo(noon + 1);
        assertThat(levels.plan()).isEqualTo(TimelineMonths.of(now).levels(PLANS.get("basic").path()).orElseThrow().plan());
        windows.clear();
        timelines.put(KEY.document(), older);
        store(accumulate(Map.of(), List.of(new Told(Event.Kind.STOP, noon + HOUR, "c", "basic", null).at(2))));
        levels = TimelineMonths.of(timelines.get(KEY.document())).levels(PLANS.get("basic").path()).orElseThrow();
        assertThat(levels.from()).as("what was not counted is not counted by what comes later").isEqualTo(noon + 1);
        assertThat(levels.plan().metrics().get(0).months()).extracting(month -> month.month().id() + " " + month.change())
                .containsExactly("2026-10 2", "2026-11 -2");
        assertThat(levels.processed()).isEqualTo(2);
    }

    @Test
    void monthsThatAreTooManyCountInTheOldestThatIsToldApart() {
        Timeline timeline = null;
        Window month = Window.parse("2026-01");
        for (int i = 0; i <= OpenMonths.MAX_MONTHS; i++) {
            store(accumulate(Map.of(), List.of(new Told(Event.Kind.LEVEL, month.from(), "a", "basic", i + 1).at(i))));
            timeline = timelines.get(KEY.document());
            month = month.next();
        }

        List<Timeline.MonthChange> months = timeline.months().get(0).months();
        assertThat(months).hasSize(OpenMonths.MAX_MONTHS);
        assertThat(months.get(0)).isEqualTo(new Timeline.MonthChange(Window.parse("2026-02"), new BigDecimal("2")));
        assertThat(months.get(1).change()).isEqualByComparingTo("1");
    }
}
