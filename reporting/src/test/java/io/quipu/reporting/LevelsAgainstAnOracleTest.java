package io.quipu.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Random levels around the ends of months; every slot of every level against the level added up tick by tick. */
class LevelsAgainstAnOracleTest extends ReportingFixture {

    private static final List<String> MONTH_ENDS = List.of("2026-02-28", "2024-02-29", "2026-04-30", "2026-12-31");
    private static final BigDecimal PRICE = new BigDecimal("0.25");
    private static final long HOUR = 3_600_000L;
    private static final long DAY = 24 * HOUR;

    /** Even seeds change in hundredths of an hour, so that all quotients are finite; odd ones every four seconds. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void everySlotIsTheAreaUnderTheLevel(long seed) {
        Random random = new Random(seed);
        long tick = seed % 2 == 0 ? 36_000 : 4_000;
        LocalDate monthEnd = LocalDate.parse(MONTH_ENDS.get((int) (seed % MONTH_ENDS.size())));
        List<Ledger.Used> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(random.nextInt(6) == 0 ? calls(random, monthEnd, tick) : level(random, monthEnd, tick));
        }
        for (int i = 0; i < 8; i++) {
            LocalDate day = i == 0 ? monthEnd : monthEnd.plusDays(random.nextInt(16) - 10);
            LocalDate today = random.nextBoolean() ? day : monthEnd.plusDays(20 + random.nextInt(40));
            // nothing changes more than a day ahead of the clock
            long known = start(today) + 2 * DAY;
            Ledger ledger = new Ledger();
            all.stream().filter(used -> used.end() < known).map(used -> until(used, known)).forEach(ledger::add);
            NEIGHBOURS.serve(ledger);
            now(today + "T12:00:00Z");
            long time = edge(random, day, tick);
            String query = "org/aggregated/usage/" + time + "?hours=30&days=" + (1 + random.nextInt(6)) + "&months="
                    + (1 + random.nextInt(3)) + "&depth=instance";
            JsonNode report = seed % 2 == 0 ? report(query) : tree(get(query));
            assertThat(report.get("settled").booleanValue()).isTrue();
            check(report, ledger, time, start(today) + DAY / 2, tick);
        }
    }

    private static Ledger.Used until(Ledger.Used used, long known) {
        return new Ledger.Used(used.space(), used.consumer(), used.instance(), used.resource(), used.plan(), used.end(),
                used.quantities(), used.prices(), used.changes().stream().filter(c -> c.time() < known).toList());
    }

    private static Ledger.Used level(Random random, LocalDate monthEnd, long tick) {
        long from = edge(random, monthEnd.plusDays(random.nextInt(70) - 50), tick);
        BigDecimal change = BigDecimal.valueOf(1 + random.nextInt(40), random.nextInt(3));
        List<Ledger.Changed> changes = new ArrayList<>();
        changes.add(new Ledger.Changed("memory", from, change, change.multiply(PRICE)));
        if (random.nextInt(4) > 0) {
            long to = edge(random, Instant.ofEpochMilli(from).atZone(ZoneOffset.UTC).toLocalDate()
                    .plusDays(random.nextInt(random.nextBoolean() ? 2 : 40)), tick);
            changes.add(new Ledger.Changed("memory", Math.max(from, to), change.negate(), change.multiply(PRICE).negate()));
        }
        return new Ledger.Used("space-" + random.nextInt(2), "app:" + random.nextInt(3), "i" + random.nextInt(2), "linux-container",
                Plans.RUNTIME, from, Map.of(), Map.of(), changes);
    }

    private static Ledger.Used calls(Random random, LocalDate monthEnd, long tick) {
        return new Ledger.Used("space-" + random.nextInt(2), "app:" + random.nextInt(3), "i" + random.nextInt(2), "linux-container",
                Plans.RUNTIME, edge(random, monthEnd.plusDays(random.nextInt(30) - 20), tick),
                Map.of("heavy_api_calls", BigDecimal.ONE, "storage", BigDecimal.TEN), Map.of());
    }

    private static long start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    private static long edge(Random random, LocalDate day, long tick) {
        return start(day) + List.of(0L, tick, DAY / 2, DAY - tick, random.nextInt((int) (DAY / tick)) * tick)
                .get(random.nextInt(5));
    }

    private static void check(JsonNode report, Ledger ledger, long time, long now, long tick) {
        long today = time - time % DAY;
        long until = now >= today + DAY ? today + DAY : ledger.usage().stream().flatMap(used -> used.changes().stream()).mapToLong(Ledger.Changed::time)
                .filter(change -> change >= today && change < today + DAY).reduce(now, Math::max);
        new Oracle(ledger, used -> true, time, until, tick).check(report);
        for (String id : List.of("space-0", "space-1")) {
            Predicate<Ledger.Used> inSpace = used -> used.space().equals(id);
            JsonNode space = find(report.get("spaces"), "space_id", id);
            new Oracle(ledger, inSpace, time, until, tick).check(space);
            for (String app : List.of("app:0", "app:1", "app:2")) {
                Predicate<Ledger.Used> inApp = inSpace.and(used -> used.consumer().equals(app));
                JsonNode consumer = space == null ? null : find(space.get("consumers"), "consumer_id", app);
                new Oracle(ledger, inApp, time, until, tick).check(consumer);
                for (String instance : List.of("i0", "i1")) {
                    new Oracle(ledger, inApp.and(used -> used.instance().equals(instance)), time, until, tick)
                            .checkInstance(consumer == null || consumer.get("resources").isEmpty() ? null
                                    : find(plan(consumer).get("resource_instances"), "id", instance));
                }
            }
        }
    }

    private static JsonNode plan(JsonNode scope) {
        return scope.get("resources").get(0).get("plans").get(0);
    }

    private static JsonNode find(JsonNode array, String member, String id) {
        return array.valueStream().filter(node -> node.get(member).stringValue().equals(id)).findFirst().orElse(null);
    }

    /** Knows the level in hundredths at each tick, and adds it up. */
    private static final class Oracle {

        private final List<Ledger.Changed> changes;
        private final long time;
        private final long until;
        private final long tick;
        private final long first;
        private final long[] area;

        Oracle(Ledger ledger, Predicate<Ledger.Used> own, long time, long until, long tick) {
            this.time = time;
            this.until = until;
            this.tick = tick;
            this.changes = ledger.usage().stream().filter(own).flatMap(used -> used.changes().stream())
                    .filter(change -> change.time() <= until && change.time() < time - time % DAY + DAY).toList();
            this.first = changes.stream().mapToLong(Ledger.Changed::time).reduce(until, Math::min);
            long[] level = new long[(int) ((until - first) / tick) + 1];
            changes.forEach(change -> level[(int) ((change.time() - first) / tick)] += hundredths(change.change()));
            this.area = new long[level.length + 1];
            long now = 0;
            for (int i = 0; i < level.length; i++) {
                now += level[i];
                area[i + 1] = area[i] + now;
            }
        }

        private static long hundredths(BigDecimal number) {
            return number.movePointRight(2).longValueExact();
        }

        /** The area up to a time, in hundredths × ticks. */
        private long area(long to) {
            return to <= first ? 0 : area[(int) ((Math.min(to, until) - first) / tick)];
        }

        private BigDecimal level(long at, boolean included) {
            return changes.stream().filter(change -> change.time() < at || included && change.time() == at)
                    .map(Ledger.Changed::change).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        void check(JsonNode scope) {
            check(scope == null || scope.get("resources").isEmpty() ? null : plan(scope), true);
        }

        void checkInstance(JsonNode instance) {
            check(instance, false);
        }

        private void check(JsonNode plan, boolean money) {
            JsonNode windows = null;
            if (plan != null) {
                JsonNode metric = plan.get("aggregated_usage").get(0);
                assertThat(metric.get("metric").stringValue()).isEqualTo("memory");
                windows = metric.get("windows");
            }
            LocalDate day = Instant.ofEpochMilli(time).atZone(ZoneOffset.UTC).toLocalDate();
            if (windows != null && windows.get(2).size() == 30) {
                long hour = time - time % HOUR;
                for (int i = 0; i < 30; i++) {
                    slot(windows.get(2).get(i), hour - i * HOUR, hour - i * HOUR + HOUR, money);
                }
            }
            for (int i = 0; i < (windows == null ? 1 : windows.get(3).size()); i++) {
                slot(windows == null ? null : windows.get(3).get(i), start(day.minusDays(i)), start(day.minusDays(i - 1)), money);
            }
            for (int i = 0; i < (windows == null ? 1 : windows.get(4).size()); i++) {
                LocalDate month = day.withDayOfMonth(1).minusMonths(i);
                slot(windows == null ? null : windows.get(4).get(i), start(month), start(month.plusMonths(1)), money);
            }
        }

        private void slot(JsonNode slot, long from, long to, boolean money) {
            boolean shown = level(from, false).signum() != 0
                    || changes.stream().anyMatch(change -> change.time() >= from && change.time() < to);
            if (!shown) {
                assertThat(slot == null || slot.isNull() || slot.get("summary").decimalValue().signum() == 0)
                        .as("%s", slot).isTrue();
                return;
            }
            assertThat(slot != null && slot.get("quantity").isObject()).as("%s", slot).isTrue();
            BigDecimal exact = BigDecimal.valueOf(area(to) - area(from), 2).multiply(BigDecimal.valueOf(tick));
            BigDecimal consumed = exact.divide(BigDecimal.valueOf(HOUR), MathContext.DECIMAL128);
            assertThat(slot.get("summary").decimalValue()).as("%s from %s", slot, Instant.ofEpochMilli(from))
                    .isEqualByComparingTo(consumed);
            assertThat(slot.get("quantity").get("consumed").decimalValue()).isEqualByComparingTo(consumed);
            assertThat(slot.get("quantity").get("consuming").decimalValue())
                    .isEqualByComparingTo(to <= until ? level(to, false) : level(until, true));
            long counted = Math.min(to, until) - from;
            assertThat(slot.get("quantity").get("average").decimalValue()).isEqualByComparingTo(counted <= 0
                    ? level(until, true) : exact.divide(BigDecimal.valueOf(counted), MathContext.DECIMAL128));
            if (!money) {
                assertThat(slot.has("cost") || slot.has("charge")).as("%s", slot).isFalse();
                return;
            }
            BigDecimal charge = exact.multiply(PRICE).divide(BigDecimal.valueOf(HOUR), MathContext.DECIMAL128);
            assertThat(slot.get("cost").decimalValue()).isEqualByComparingTo(charge);
            assertThat(slot.get("charge").decimalValue()).isEqualByComparingTo(charge);
        }
    }
}
