package io.quipu.accumulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.accumulator.domain.InstanceKey;
import io.quipu.accumulator.domain.Timeline;
import io.quipu.accumulator.domain.TimelineKey;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.MutableClock;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.embedded.EmbeddedStore;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.time.Retention;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** What goes with its month, and what stays. */
class KeepingTest {

    private static final PlanVersion PLAN = new PlanVersion("basic", new MeteringPlan("m", List.of(), List.of(
            new MeteringPlan.Metric("calls", "CALL", null, null, null),
            new MeteringPlan.Metric("memory", "GB", null, "memory", "time_weighted"))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));
    private static final Window NOVEMBER = Window.parse("2026-11");
    private static final Window DAY = Window.parse("2026-11-30");
    private static final long LAST = at("2026-11-30T23:59:59.999Z");

    @TempDir
    private Path data;
    private final MutableClock clock = new MutableClock(LAST);
    private DocumentStore store;
    private UsageAccumulator accumulator;
    private int sent;

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private void open(String kind) {
        StoreMetrics metrics = new StoreMetrics(new SimpleMeterRegistry());
        store = kind.equals("memory") ? new InMemoryStore(clock, metrics) : EmbeddedStore.open(data, clock, metrics);
        accumulator = new UsageAccumulator(store, new CompiledPlans(10), batches -> {
            sent++;
            return Levels.committed(batches);
        }, () -> 0, new Keeping(new Retention("instances", 2), clock), reconciliation -> { });
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private static Origin origin(long end) {
        return new Origin("o", "s", "c", "db", "basic", "i", end, end);
    }

    private static MeteredUsage usage(long position, long end) {
        return new MeteredUsage(position, end, origin(end), new Pin("1234", "USA", "USD", "db", "plan"),
                List.of(new MeteredQuantity("calls", Value.of(BigDecimal.ONE)), new MeteredQuantity("memory", Value.of(BigDecimal.ONE))));
    }

    private static MeteredUsage stop(long position, long end) {
        return new MeteredUsage(position, end, origin(end), new Pin("1234", "USA", "USD", "db", "plan"), List.of(),
                new Event(Event.Kind.STOP, null));
    }

    private void accumulate(long cursor, MeteredUsage usage) {
        accumulator.accumulate(List.of(new Batch<>(0, cursor, Map.of("plan", PLAN), 0L, List.of(usage))));
    }

    private static InstanceKey instance() {
        return InstanceKey.of(origin(LAST), PLAN.path());
    }

    private boolean there(String key) {
        return store.get(key).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "embedded"})
    void aMonthGoesWithItsDaysAndTimelinesLinksAndIndexPagesStay(String kind) {
        open(kind);
        accumulate(-1, usage(0, LAST));
        accumulate(0, usage(1, LAST));

        clock.set(at("2027-01-31T23:59:59.999Z"));
        assertThat(there(instance().document(NOVEMBER))).isTrue();
        assertThat(there(instance().document(DAY))).isTrue();
        clock.set(at("2027-02-01T00:00:00Z"));
        assertThat(there(instance().document(NOVEMBER))).isFalse();
        assertThat(there(instance().document(DAY))).isFalse();

        clock.set(at("2100-01-01T00:00:00Z"));
        for (String kept : List.of(TimelineKey.of(origin(LAST)).document(), instance().linked(),
                Keys.instancePage(origin(LAST).consumer(), 0), Keys.runningResources(0), Keys.heard("db"))) {
            assertThat(there(kept)).as(kept).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "embedded"})
    void whatWasAcceptedInTimeCountsOneMomentBeforeItsMonthGoesAndIsRefusedAfterThat(String kind) {
        open(kind);
        accumulate(-1, usage(0, LAST));
        clock.set(at("2027-01-30T23:59:59.999Z"));
        accumulate(0, usage(1, LAST));
        assertThat(Json.read(store.get(instance().document(NOVEMBER)).orElseThrow().content(), InstanceWindow.class).metrics()
                .get(0).state()).isEqualTo(Value.of(BigDecimal.valueOf(2)));

        clock.set(at("2027-01-31T00:00:00Z"));
        sent = 0;
        for (long position : new long[] {1, 2}) {
            assertThatThrownBy(() -> accumulate(0, usage(position, LAST))).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("position " + position).hasMessageContaining("2026-11")
                    .hasMessageContaining("quipu.retention.instances");
        }
        assertThat(sent).as("calls below").isZero();

        accumulate(1, stop(2, LAST));
        accumulate(2, usage(3, NOVEMBER.to()));
        assertThat(there(instance().document(NOVEMBER.next()))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "embedded"})
    void instancesWhoseDocumentsHaveGoneAreReadByNobody(String kind) {
        open(kind);
        accumulate(-1, usage(0, LAST));
        clock.set(at("2027-02-01T00:00:00Z"));

        List<Instances.Found> read = new ArrayList<>();
        new Instances(store).read(List.of(origin(LAST).consumer()), List.of(NOVEMBER, DAY), read::add);
        assertThat(read).as("its timeline stays").singleElement().satisfies(found -> {
            assertThat(found.documents()).isEmpty();
            assertThat(found.levels()).isPresent();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "embedded"})
    void aLevelThatChangesInAMonthThatHasGoneIsRefusedBeforeAnythingIsSentOrWritten(String kind) {
        open(kind);
        accumulate(-1, usage(0, LAST));
        clock.set(at("2027-01-31T00:00:00Z"));
        sent = 0;

        MeteredUsage start = new MeteredUsage(1, LAST, origin(DAY.from()), new Pin("1234", "USA", "USD", "db", "plan"),
                List.of(new MeteredQuantity("memory", Value.of(BigDecimal.TEN))), new Event(Event.Kind.START, null));
        assertThatThrownBy(() -> accumulate(0, start))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("a level of instance i")
                .hasMessageContaining("2026-11").hasMessageContaining("quipu.retention.instances");

        assertThat(sent).isZero();
        assertThat(Json.read(store.get(TimelineKey.of(origin(LAST)).document()).orElseThrow().content(),
                Timeline.class).entries()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P1M", "P400D", "P601M"})
    void whatCannotBeIsRefusedWithThePropertyAndTheRule(Period period) {
        assertThatThrownBy(() -> new RetentionProperties(period).retention())
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, refused -> {
                    assertThat(refused.getName()).isEqualTo("quipu.retention.instances");
                    assertThat(refused.getReason()).startsWith("it must be whole months");
                });
    }
}
