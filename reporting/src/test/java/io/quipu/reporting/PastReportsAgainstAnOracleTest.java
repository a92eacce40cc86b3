package io.quipu.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.PlanVersion;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Random usage around the ends of months of 28 to 31 days; every slot of every level against all usage, recomputed. */
class PastReportsAgainstAnOracleTest extends ReportingFixture {

    private static final List<String> MONTH_ENDS = List.of("2026-02-28", "2024-02-29", "2026-04-30", "2026-12-31");
    private static final Map<String, BigDecimal> PRICES = Map.of("storage", new BigDecimal("0.7"),
            "heavy_api_calls", new BigDecimal("0.15"), "thousand_light_api_calls", new BigDecimal("0.03"),
            "thousand_input_tokens", new BigDecimal("0.0025"));

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void everySlotIsWhatTheUsageAddsUpTo(long seed) {
        Random random = new Random(seed);
        LocalDate monthEnd = LocalDate.parse(MONTH_ENDS.get((int) (seed % MONTH_ENDS.size())));
        Ledger ledger = new Ledger();
        for (int i = 0; i < 60; i++) {
            ledger.add(used(random, monthEnd));
        }
        NEIGHBOURS.serve(ledger);
        for (int i = 0; i < 6; i++) {
            LocalDate day = monthEnd.plusDays(random.nextInt(16) - 10);
            long time = edge(random, day);
            LocalDate today = random.nextBoolean() ? day : monthEnd.plusDays(random.nextInt(40) - 5);
            now(today + "T12:00:00Z");
            JsonNode report = report("org/aggregated/usage/" + time + "?depth=instance&hours=5&days=5&months=3");
            Oracle oracle = new Oracle(ledger.usage(), Instant.ofEpochMilli(time).atZone(ZoneOffset.UTC).toLocalDate(),
                    today, time);
            oracle.check(report, used -> true, true);
            for (JsonNode space : report.get("spaces")) {
                Predicate<Ledger.Used> inSpace = used -> used.space().equals(space.get("space_id").stringValue());
                oracle.check(space, inSpace, false);
                for (JsonNode consumer : space.get("consumers")) {
                    oracle.check(consumer, inSpace.and(used -> used.consumer()
                            .equals(consumer.get("consumer_id").stringValue())), false);
                }
            }
        }
    }

    private static Ledger.Used used(Random random, LocalDate monthEnd) {
        PlanVersion plan = List.of(Plans.STORAGE, Plans.STANDARD, Plans.TOKENS).get(random.nextInt(3));
        Map<String, BigDecimal> quantities = new TreeMap<>();
        plan.metering().metrics().forEach(metric -> {
            if (random.nextInt(3) > 0) {
                quantities.put(metric.name(), BigDecimal.valueOf(random.nextInt(2000) - (metric.name().equals("storage")
                        ? 0 : 700), random.nextInt(4)));
            }
        });
        if (quantities.isEmpty()) {
            quantities.put(plan.metering().metrics().get(0).name(), BigDecimal.ONE);
        }
        LocalDate day = monthEnd.plusDays(random.nextInt(20) - 12);
        return new Ledger.Used("space-" + random.nextInt(2), "app:" + random.nextInt(3), "i" + random.nextInt(2),
                plan == Plans.TOKENS ? "llm" : "object-storage", plan, edge(random, day), quantities, PRICES);
    }

    private static long edge(Random random, LocalDate day) {
        long start = day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        return start + List.of(0L, 1L, 43_200_000L, 86_399_999L, (long) random.nextInt(86_400_000))
                .get(random.nextInt(5));
    }

    /** Adds usage up again for every slot; knows days and months from the JDK alone. */
    private record Oracle(List<Ledger.Used> usage, LocalDate day, LocalDate today, long time) {

        void check(JsonNode scope, Predicate<Ledger.Used> own, boolean organization) {
            for (JsonNode resource : scope.get("resources")) {
                for (JsonNode plan : resource.get("plans")) {
                    Predicate<Ledger.Used> ofPlan = used -> used.plan().path().joined()
                            .equals(plan.get("plan_id").stringValue())
                            && used.resource().equals(resource.get("resource_id").stringValue());
                    for (JsonNode metric : plan.get("aggregated_usage")) {
                        JsonNode windows = metric.get("windows");
                        String name = metric.get("metric").stringValue();
                        for (int j = 0; j < 5; j++) {
                            slot(windows.get(3).get(j), name, own.and(ofPlan), ofPlan, on(day.minusDays(j)), null);
                        }
                        for (int j = 0; j < 3; j++) {
                            LocalDate month = day.withDayOfMonth(1).minusMonths(j);
                            Predicate<Ledger.Used> inMonth = used -> date(used).withDayOfMonth(1).equals(month);
                            boolean cut = j == 0 && day.isBefore(today) && day.getDayOfMonth() < day.lengthOfMonth();
                            slot(windows.get(4).get(j), name, own.and(ofPlan), ofPlan,
                                    cut ? inMonth.and(used -> !date(used).isAfter(day)) : inMonth, cut ? inMonth : null);
                        }
                        for (int j = 0; organization && j < 5; j++) {
                            Instant hour = Instant.ofEpochMilli(time).truncatedTo(ChronoUnit.HOURS)
                                    .minus(j, ChronoUnit.HOURS);
                            slot(windows.get(2).get(j), name, own.and(ofPlan), ofPlan, used -> Instant
                                    .ofEpochMilli(used.end()).truncatedTo(ChronoUnit.HOURS).equals(hour), null);
                        }
                    }
                }
            }
            // nothing that was used is missing
            usage.stream().filter(own).filter(on(day)).forEach(used -> assertThat(scope.get("resources").toString())
                    .contains("\"plan_id\":\"" + used.plan().path().joined() + "\""));
        }

        private void slot(JsonNode slot, String metric, Predicate<Ledger.Used> own, Predicate<Ledger.Used> ofPlan,
                Predicate<Ledger.Used> window, Predicate<Ledger.Used> wholeMonth) {
            boolean maximum = metric.equals("storage");
            boolean begun = usage.stream().anyMatch(ofPlan.and(window));
            List<Ledger.Used> counted = usage.stream()
                    .filter(own.and(maximum && wholeMonth != null && begun ? wholeMonth : window)).toList();
            // a plan whose maximum is shown shows its other metrics, too
            boolean used = usage.stream().anyMatch(own.and(window)) || wholeMonth != null && begun && usage.stream()
                    .filter(own.and(wholeMonth)).anyMatch(u -> u.quantities().containsKey("storage"));
            if (!used) {
                assertThat(slot.isNull()).as(metric + " " + slot).isTrue();
                return;
            }
            Map<String, BigDecimal> byInstance = new TreeMap<>();
            counted.stream().filter(u -> u.quantities().containsKey(metric)).forEach(u -> byInstance.merge(
                    u.space() + u.consumer() + u.instance(), u.quantities().get(metric),
                    maximum ? BigDecimal::max : BigDecimal::add));
            BigDecimal quantity = byInstance.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(slot.get("quantity").decimalValue()).as(metric).isEqualByComparingTo(quantity);
            assertThat(slot.get("summary").decimalValue()).isEqualByComparingTo(quantity);
            assertThat(slot.get("charge").decimalValue())
                    .isEqualByComparingTo(quantity.multiply(PRICES.getOrDefault(metric, BigDecimal.ZERO)));
        }

        private static Predicate<Ledger.Used> on(LocalDate date) {
            return used -> date(used).equals(date);
        }

        private static LocalDate date(Ledger.Used used) {
            return Instant.ofEpochMilli(used.end()).atZone(ZoneOffset.UTC).toLocalDate();
        }
    }
}
