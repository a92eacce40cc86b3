package io.quipu.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Positioned;
import io.quipu.common.usage.Rejection;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

class JsonTest {

    private static final String HUGE = "999999999999999999999999999999.99999999999999999999999999999";
    private static final String TINY = "0." + "0".repeat(99) + "1";
    private static final Origin ORIGIN = new Origin("org/1", "späce", "app \"x\"", "object-storage", "basic", "i\u0000\n",
            1_446_415_200_000L, 1_446_418_800_000L);
    private static final Pin PIN = new Pin("account", "USA", "USD", "object-storage", "hash");
    private static final Rejection REJECTION = new Rejection(17, "meter", "metering_failed", "division of 1 by zero");

    private static final CollectedUsage COLLECTED = new CollectedUsage(17, 1_446_418_800_001L, ORIGIN, PIN,
            List.of(new MeasuredQuantity("storage", new BigDecimal("1.50E+4")),
                    new MeasuredQuantity("calls", new BigDecimal(HUGE)), new MeasuredQuantity("tiny", new BigDecimal(TINY))));
    private static final MeteredUsage METERED = new MeteredUsage(17, 1_446_418_800_001L, ORIGIN, PIN,
            List.of(new MeteredQuantity("storage", number("1e29")), new MeteredQuantity("formula", structure())));
    private static final AccumulatedUsage ACCUMULATED = new AccumulatedUsage(17, 1_446_418_800_001L, ORIGIN, PIN,
            List.of(new MetricChange("storage", null, new Change(null, number("-0.25")),
                    new Change(number("1"), structure()))), null);
    private static final AccumulatedUsage REJECTED = new AccumulatedUsage(18, 1, ORIGIN, PIN, List.of(), REJECTION);

    @Test
    void everyUsageComesBackAsItWasWritten() {
        roundTrip(COLLECTED, CollectedUsage.class);
        roundTrip(METERED, MeteredUsage.class);
        roundTrip(ACCUMULATED, AccumulatedUsage.class);
        roundTrip(REJECTED, AccumulatedUsage.class);
    }

    @Test
    void everyBatchComesBackAsItWasWritten() {
        roundTrip(batch(List.of(COLLECTED)), new TypeReference<Batch<CollectedUsage>>() { });
        roundTrip(batch(List.of(METERED)), new TypeReference<Batch<MeteredUsage>>() { });
        roundTrip(batch(List.of(ACCUMULATED, REJECTED)), new TypeReference<Batch<AccumulatedUsage>>() { });
    }

    @Test
    void answersPlansAndWatermarksComeBackAsTheyWereWritten() {
        roundTrip(new BatchAnswer(17, List.of(REJECTION)), BatchAnswer.class);
        roundTrip(plan("a"), PlanVersion.class);
        roundTrip(new Watermark(17, List.of(REJECTION), -1), Watermark.class);
    }

    @Test
    void theMembersAreSnakeCaseInOrderWithoutNulls() {
        assertThat(text(REJECTED)).isEqualTo("{\"position\":18,\"accepted_at\":1,\"origin\":{\"organization_id\":\"org/1\","
                + "\"space_id\":\"späce\",\"consumer_id\":\"app \\\"x\\\"\",\"resource_id\":\"object-storage\","
                + "\"plan_id\":\"basic\",\"resource_instance_id\":\"i\\u0000\\n\",\"start\":1446415200000,"
                + "\"end\":1446418800000},\"pin\":{\"account_id\":\"account\",\"country\":\"USA\",\"currency\":\"USD\","
                + "\"resource_type\":\"object-storage\",\"plan\":\"hash\"},\"accumulated_usage\":[],\"rejection\":"
                + "{\"position\":17,\"stage\":\"meter\",\"code\":\"metering_failed\",\"reason\":\"division of 1 by zero\"}}");
    }

    @ParameterizedTest
    @CsvSource({"1E+3, 1000", "1.50, 1.5", "0.00, 0", "1E-7, 0.0000001", "-1E+29, -100000000000000000000000000000",
        "999999999999999999, 999999999999999999", "1000000000000000000, 1000000000000000000",
        "9223372036854775808, 9223372036854775808", "-9007199254740993, -9007199254740993"})
    void numbersArePlainDigits(BigDecimal number, String json) {
        assertThat(text(new MeasuredQuantity("m", number))).isEqualTo("{\"measure\":\"m\",\"quantity\":" + json + "}");
        assertThat(text(Value.of(number))).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.0", "\"1\"", "10e-1"})
    void equalNumbersAreReadAsEqual(String json) {
        assertThat(Json.shared().readValue("{\"measure\":\"m\",\"quantity\":" + json + "}", MeasuredQuantity.class))
                .isEqualTo(new MeasuredQuantity("m", BigDecimal.ONE));
    }

    @Test
    void decimalsAreReadExactly() {
        String digits = "0.1000000000000000055511151231257827021181583404541015625";
        assertThat(Json.shared().readValue(digits, Value.class)).isEqualTo(number(digits));
        assertThat(Json.shared().readValue("{\"a\":[" + digits + "]}", Value.class)).isEqualTo(new Value.Structure(
                new TreeMap<>(Map.of("a", new Value.Sequence(List.of(number(digits)))))));
    }

    @Test
    void aBatchHasOneTextWhateverTheOrderInWhichItsPlansWerePut() {
        Map<String, PlanVersion> forward = new LinkedHashMap<>();
        Map<String, PlanVersion> backward = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            forward.put("plan" + i, plan("p" + i));
            backward.put("plan" + (19 - i), plan("p" + (19 - i)));
        }
        assertThat(text(new Batch<>(1, 2, forward, List.of(COLLECTED))))
                .isEqualTo(text(new Batch<>(1, 2, backward, List.of(COLLECTED))));
    }

    @Test
    void theIdOfAPlanVersionChangesWithItsMeaningOnly() {
        assertThat(Json.id(plan("a"))).isEqualTo(Json.id(plan("a"))).isNotEqualTo(Json.id(plan("b"))).hasSize(22);
        byte[] written = Json.write(plan("a"));
        assertThat(Json.id(Json.read(written, PlanVersion.class))).isEqualTo(Json.id(plan("a")));
    }

    @Test
    void windowsAreTheirIds() {
        assertThat(text(Window.parse("2026-11-21"))).isEqualTo("\"2026-11-21\"");
        assertThat(Json.shared().readValue("\"2026-11\"", Window.class)).isEqualTo(Window.parse("2026-11"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"committed_to\":1,\"committed_to\":2,\"rejected\":[]}", "{\"committed_to\":1,\"rejected\":[]} x",
        "{\"rejected\":[]}", "{\"committed_to\":null,\"rejected\":[]}", "{\"committed_to\":1}", "{}", "", "[", "{\"committed_to\":"})
    void whatIsNoAnswerIsNotRead(String json) {
        assertThatThrownBy(() -> Json.strict().readValue(json, BatchAnswer.class))
                .isInstanceOf(JacksonException.class);
    }

    @Test
    void membersOfANewerReleaseAreIgnored() {
        assertThat(Json.shared().readValue("{\"committed_to\":1,\"rejected\":[],\"newer\":{}}", BatchAnswer.class))
                .isEqualTo(new BatchAnswer(1, List.of()));
    }

    @Test
    void documentsThatNestTooDeepAreNotRead() {
        String deep = "[".repeat(Json.MAX_DEPTH + 1) + "]".repeat(Json.MAX_DEPTH + 1);
        assertThatThrownBy(() -> Json.shared().readValue(deep, Value.class)).isInstanceOf(JacksonException.class);
    }

    @Test
    void numbersThatAreTooLongAreNotRead() {
        assertThatThrownBy(() -> Json.shared().readValue("1".repeat(1_000), Value.class))
                .isInstanceOf(JacksonException.class);
    }

    /** Usage that was accepted by earlier releases names plan versions by it. */
    @Test
    void theIdOfAPlanVersionWithoutFormulasIsWhatItAlwaysWas() {
        assertThat(new String(Json.write(plan("a")), StandardCharsets.UTF_8)).doesNotContain("aggregate", "executes");
        assertThat(Json.id(plan("a"))).isEqualTo("GWhEyfdl_CeJbgRIYpaJrA");
    }

    private static <U extends Positioned> Batch<U> batch(List<U> usages) {
        return new Batch<>(3, 9, Map.of("hash", plan("a"), "other", plan("b")), usages);
    }

    private static PlanVersion plan(String name) {
        return new PlanVersion(name,
                new MeteringPlan("m", List.of(new MeteringPlan.Measure("storage", "BYTE")),
                        List.of(new MeteringPlan.Metric("storage", "GIGABYTE", null, "storage / 1073741824", "max"))),
                new RatingPlan("r", List.of(new RatingPlan.Metric("storage", "tiered"))),
                new PricingPlan("p", List.of(new PricingPlan.Metric("storage", List.of(new Price("USA", "USD", null,
                        new BigDecimal("1.0"), List.of(new Price.Tier(new BigDecimal("1E+1"), new BigDecimal("0.50")),
                                new Price.Tier(null, new BigDecimal("0.4"))), null))))));
    }

    private static Value number(String digits) {
        return Value.of(new BigDecimal(digits));
    }

    private static Value structure() {
        return new Value.Structure(new TreeMap<>(Map.of("z", number("1e3"), "a", new Value.Sequence(List.of(
                new Value.Text("té\"xt"), new Value.Flag(true), new Value.Nothing(), number(TINY))), "é",
                new Value.Structure(new TreeMap<>()))));
    }

    private static <T> void roundTrip(T document, Class<T> type) {
        check(document, Json.read(Json.write(document), type));
    }

    private static <T> void roundTrip(T document, TypeReference<T> type) {
        check(document, Json.shared().readValue(Json.write(document), type));
    }

    private static <T> void check(T document, T read) {
        assertThat(read).isEqualTo(document);
        assertThat(Json.write(read)).isEqualTo(Json.write(document));
        assertThat(text(document)).doesNotContainPattern("[0-9][eE][+-]?[0-9]").doesNotContain(":null");
    }

    private static String text(Object document) {
        return new String(Json.write(document), StandardCharsets.UTF_8);
    }
}
