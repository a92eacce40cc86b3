package io.quipu.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.MutableClock;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.embedded.EmbeddedStore;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.time.Retention;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** What goes with its month, and what stays. */
class KeptTotalsTest {

    private static final PlanVersion PLAN = new PlanVersion("basic", new MeteringPlan("m",
            List.of(new MeteringPlan.Measure("q", "UNIT")), List.of(new MeteringPlan.Metric("q", "UNIT", null, null, null))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));
    private static final Consumer CONSUMER = new Consumer("o", "s", "c");
    private static final Window NOVEMBER = Window.parse("2026-11");
    private static final Window DAY = Window.parse("2026-11-30");
    private static final long LAST = at("2026-11-30T23:59:59.999Z");
    private static final KeptTotals KEPT = new KeptTotals(retention("consumers", 2), retention("organizations", 4));

    @TempDir
    private Path data;
    private final MutableClock clock = new MutableClock(LAST);
    private DocumentStore store;
    private UsageAggregator aggregator;

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static Retention retention(String documents, int months) {
        return new Retention(documents, months);
    }

    private void open(String kind) {
        StoreMetrics metrics = new StoreMetrics(new SimpleMeterRegistry());
        store = kind.equals("memory") ? new InMemoryStore(clock, metrics) : EmbeddedStore.open(data, clock, metrics);
        aggregator = new UsageAggregator(store, new CompiledPlans(10), KEPT, clock);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private static AccumulatedUsage usage(long position, String consumer, long end, LevelChange... levels) {
        Change change = new Change(null, Value.of(BigDecimal.ONE));
        return new AccumulatedUsage(position, end, new Origin("o", "s", consumer, "db", "basic", "i", end, end),
                new Pin("1234", "USA", "USD", "db", "plan"), List.of(new MetricChange("q", change, change, change)),
                List.of(levels), null);
    }

    private static LevelChange level(long time) {
        return new LevelChange(time, PLAN.path(), "plan", "USD", "memory", BigDecimal.ONE, BigDecimal.ZERO);
    }

    private void aggregate(long cursor, AccumulatedUsage... usages) {
        aggregator.aggregate(List.of(new Batch<>(0, cursor, Map.of("plan", PLAN), List.of(usages))));
    }

    private boolean there(String key) {
        return store.get(key).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "embedded"})
    void aMonthGoesWithItsDaysAndWhatIsNoWindowStays(String kind) {
        open(kind);
        aggregate(-1, usage(0, "c", LAST, level(LAST)));
        aggregate(0, usage(1, "c", LAST - 1));

        clock.set(at("2027-01-31T23:59:59.999Z"));
        assertThat(there(Keys.consumer(CONSUMER, NOVEMBER))).isTrue();
        assertThat(there(Keys.consumer(CONSUMER, DAY))).isTrue();
        clock.set(at("2027-02-01T00:00:00Z"));
        assertThat(there(Keys.consumer(CONSUMER, NOVEMBER))).isFalse();
        assertThat(there(Keys.consumer(CONSUMER, DAY))).isFalse();
        assertThat(there(Keys.organization("o", NOVEMBER))).isTrue();
        clock.set(at("2027-03-31T23:59:59.999Z"));
        assertThat(there(Keys.organization("o", NOVEMBER))).isTrue();
        assertThat(there(Keys.organization("o", DAY))).isTrue();
        clock.set(at("2027-04-01T00:00:00Z"));
        assertThat(there(Keys.organization("o", NOVEMBER))).isFalse();
        assertThat(there(Keys.organization("o", DAY))).isFalse();

        clock.set(at("2100-01-01T00:00:00Z"));
        for (String kept : List.of(Keys.organizationLevels("o"), Keys.consumerLevels(CONSUMER), Keys.consumerLinked(CONSUMER),
                Keys.consumerPage("o", "s", 0), Keys.planVersion("plan"))) {
            assertThat(there(kept)).as(kept).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "embedded"})
    void whatWasAcceptedInTimeCountsOneMomentBeforeItsMonthGoesAndIsRefusedAfterThat(String kind) {
        open(kind);
        aggregate(-1, usage(0, "c", LAST));
        clock.set(at("2027-01-30T23:59:59.999Z"));
        aggregate(0, usage(1, "c", LAST));
        assertThat(Json.read(store.get(Keys.consumer(CONSUMER, NOVEMBER)).orElseThrow().content(), ConsumerWindow.class)
                .plans().get(0).metrics().get(0).quantity()).isEqualTo(Value.of(BigDecimal.valueOf(2)));

        clock.set(at("2027-01-31T00:00:00Z"));
        String before = documents();
        for (AccumulatedUsage late : List.of(usage(1, "c", LAST), usage(2, "c", LAST),
                usage(2, "c", at("2027-01-30T00:00:00Z"), level(LAST)))) {
            assertThatThrownBy(() -> aggregate(0, late)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("position " + late.position()).hasMessageContaining("2026-11")
                    .hasMessageContaining("quipu.retention.consumers");
        }
        assertThat(documents()).as("nothing was written").isEqualTo(before);

        aggregate(1, usage(2, "c", NOVEMBER.to()));
        assertThat(there(Keys.consumer(CONSUMER, NOVEMBER.next()))).isTrue();
    }

    private String documents() {
        StringBuilder all = new StringBuilder();
        for (String key : List.of(Keys.consumer(CONSUMER, NOVEMBER), Keys.consumer(CONSUMER, DAY), Keys.organization("o", NOVEMBER),
                Keys.organization("o", DAY), Keys.organizationLevels("o"))) {
            all.append(store.get(key).map(document -> document.version() + new String(document.content(),
                    StandardCharsets.UTF_8)).orElse("-"));
        }
        return all.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "embedded"})
    void consumersWhoseDocumentsHaveGoneAreReadByNobodyAndAreNoNewOnesWhenTheyComeBack(String kind) {
        open(kind);
        aggregate(-1, usage(0, "c", LAST), usage(1, "gone", LAST));
        long march = at("2027-03-05T00:00:00Z");
        clock.set(march);
        aggregate(1, usage(2, "c", march));

        TreeSet<String> read = new TreeSet<>();
        new Totals(store).consumers("o", "s", List.of(Window.month(march), NOVEMBER), true,
                consumer -> read.add(consumer.consumerId()));
        assertThat(read).containsExactly("c");
        List<String> linked = new ArrayList<>();
        new LinkPages<>(store, String.class).read(page -> Keys.consumerPage("o", "s", page), linked::addAll);
        assertThat(linked).containsExactlyInAnyOrder("c", "gone");
    }

    @Test
    void aMonthOfAnOrganizationKeepsItsExpiryWhoeverWritesIt() {
        open("memory");
        aggregate(-1, usage(0, "c", LAST));
        clock.set(at("2026-12-02T00:00:00Z"));
        aggregate(0, usage(1, "other", LAST));

        clock.set(at("2027-04-01T00:00:00Z") - 1);
        assertThat(Json.read(store.get(Keys.organization("o", NOVEMBER)).orElseThrow().content(), OrganizationWindow.class)
                .watermark().position()).isEqualTo(1);
        clock.set(at("2027-04-01T00:00:00Z"));
        assertThat(there(Keys.organization("o", NOVEMBER))).isFalse();
    }

    @Test
    void consumersAreNotKeptForLongerThanTheirOrganizations() {
        assertThatIllegalArgumentException().isThrownBy(() -> new KeptTotals(retention("consumers", 0), retention("organizations", 13)));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeptTotals(retention("consumers", 14), retention("organizations", 13)));
        assertThat(new KeptTotals(retention("consumers", 13), retention("organizations", 13)).from(LAST)).isEqualTo(
                at("2025-11-01T00:00:00Z"));
        assertThat(new KeptTotals(retention("consumers", 13), retention("organizations", 0)).organizations().months()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"P1M,P13M,consumers", "P13M,P13M1D,organizations", "P13M,P12M,consumers", "P0M,P600M,consumers"})
    void whatCannotBeIsRefusedWithThePropertyAndTheRule(String periods) {
        String[] parts = periods.split(",");

        assertThatThrownBy(() -> new RetentionProperties(Period.parse(parts[0]), Period.parse(parts[1])).keptTotals())
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, refused -> {
                    assertThat(refused.getName()).isEqualTo("quipu.retention." + parts[2]);
                    assertThat(refused.getReason()).startsWith("it must ");
                });
    }
}
