package io.quipu.collector.catalog;

import static io.quipu.collector.catalog.CatalogFixture.json;
import static io.quipu.collector.catalog.CatalogFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Rate;
import io.quipu.common.time.UnitOfTime;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplePlansTest {

    private final CatalogFixture fixture = new CatalogFixture();
    private final Catalog catalog = fixture.catalog;

    @BeforeEach
    void store() {
        SamplePlans.store(catalog);
    }

    @ParameterizedTest
    @CsvSource({
        "object-storage, basic, basic/basic-object-storage/object-rating-plan/object-pricing-basic",
        "object-storage, standard, standard/standard-object-storage/object-rating-plan/object-pricing-standard",
        "analytics, basic, basic/basic-analytics/analytics-rating-plan/analytics-pricing-basic",
        "analytics, standard, standard/basic-analytics/analytics-rating-plan/analytics-pricing-standard",
        "llm-inference, standard, standard/standard-llm-inference/llm-rating-plan/llm-pricing-standard",
        "linux-container, basic, basic/basic-linux-container/linux-rating-plan/linux-pricing-basic",
        "linux-container, standard, standard/standard-linux-container/linux-rating-plan/linux-pricing-standard",
        "service, standard, standard/standard-service/service-rating-standard/service-pricing-standard",
        "test-resource, basic, basic/test-metering-plan/test-rating-plan/test-pricing-basic",
        "test-resource, standard, standard/test-metering-plan/test-rating-plan-standard/test-pricing-standard"})
    void everyMappedSampleResolvesInEveryCountry(String resource, String plan, String path) {
        assertThat(catalog.resolve("usa", resource, plan).plan().path().joined()).isEqualTo(path);
        for (String country : List.of("EUR", "CAN")) {
            fixture.register(country, country, "in-" + country);
            assertThat(catalog.resolve("in-" + country, resource, plan).pin().country()).isEqualTo(country);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "object-storage, basic, storage, 1, 0.7523, 1.06",
        "object-storage, basic, thousand_light_api_calls, 0.03, 0.0226, 0.0317",
        "object-storage, basic, heavy_api_calls, 0.15, 0.1129, 0.1585",
        "object-storage, standard, storage, 0.5, 0.45, 0.65",
        "object-storage, standard, thousand_light_api_calls, 0.04, 0.04, 0.05",
        "object-storage, standard, heavy_api_calls, 0.18, 0.16, 0.24",
        "analytics, basic, classifier_instances, 20, 18, 27",
        "analytics, basic, classifier_api_calls, 0.0035, 0.0031, 0.0047",
        "analytics, basic, training_event_api_calls, 0.02, 0.018, 0.027",
        "analytics, standard, classifier_instances, 15, 13.5, 20",
        "analytics, standard, classifier_api_calls, 0.0025, 0.0022, 0.0034",
        "analytics, standard, training_event_api_calls, 0.015, 0.0135, 0.02",
        "llm-inference, standard, thousand_input_tokens, 0.0025, 0.0023, 0.0034",
        "llm-inference, standard, thousand_output_tokens, 0.01, 0.0092, 0.0136",
        "linux-container, basic, memory, 0.00014, 0.0001, 0.00015",
        "linux-container, standard, memory, 0.00028, 0.00021, 0.00029",
        "service, standard, instances, 0.00028, 0.00021, 0.00029",
        "test-resource, basic, storage, 1, 0.7523, 1.06",
        "test-resource, basic, memory, 0.00014, 0.0001, 0.00015",
        "test-resource, standard, heavy_api_calls, 0.18, 0.16, 0.24",
        "test-resource, standard, memory, 0.00028, 0.00021, 0.00029"})
    void samplesHaveTheDocumentedPrices(String resource, String plan, String metric, String usa, String eur, String can) {
        PlanVersion version = catalog.resolve("o", resource, plan).plan();
        assertThat(version.rating().rate(metric)).isEqualTo(Rate.PER_UNIT);
        assertThat(version.pricing().price(metric, "USA", "USD").orElseThrow().price()).isEqualByComparingTo(usa);
        assertThat(version.pricing().price(metric, "EUR", "EUR").orElseThrow().price()).isEqualByComparingTo(eur);
        assertThat(version.pricing().price(metric, "CAN", "CAD").orElseThrow().price()).isEqualByComparingTo(can);
    }

    @Test
    void objectStorageIsMeteredAsInAbacus() {
        for (String plan : List.of("basic", "standard")) {
            MeteringPlan metering = catalog.resolve("o", "object-storage", plan).plan().metering();
            assertThat(metering.measures()).extracting(measure -> measure.name() + " " + measure.unit())
                    .containsExactly("storage BYTE", "light_api_calls CALL", "heavy_api_calls CALL");
            assertThat(metering.metrics()).extracting(SamplePlansTest::text).containsExactly(
                    "storage GIGABYTE: max of storage / 1073741824",
                    "thousand_light_api_calls THOUSAND_CALLS: sum of light_api_calls / 1000",
                    "heavy_api_calls CALL: sum of heavy_api_calls");
        }
    }

    @Test
    void memoryOfContainersIsWeightedByTimeWhetherByEventsOrAbacussUsage() {
        for (String name : List.of("basic", "standard")) {
            PlanVersion plan = catalog.resolve("o", "linux-container", name).plan();
            assertThat(plan.metering().measures()).extracting(measure -> measure.name() + " " + measure.unit())
                    .containsExactly("memory BYTE", "current_instance_memory BYTE", "current_running_instances NUMBER",
                            "previous_instance_memory BYTE", "previous_running_instances NUMBER");
            assertThat(plan.metering().metrics()).extracting(SamplePlansTest::text).containsExactly("memory GIGABYTE: "
                    + "time_weighted of (memory + current_instance_memory * current_running_instances) / 1073741824");
            MetricFunctions functions = CompiledPlan.of(plan).functions("memory");
            assertThat(functions.unitOfTime()).contains(UnitOfTime.HOURS.millis());
            assertThat(functions.meter(Map.of("memory", new BigDecimal(2147483648L)), 0, 1).orElseThrow().asNumber())
                    .isEqualByComparingTo("2");
            assertThat(functions.meter(Map.of("current_instance_memory", new BigDecimal(536870912),
                    "current_running_instances", new BigDecimal(3), "previous_instance_memory", BigDecimal.ONE,
                    "previous_running_instances", BigDecimal.TEN), 0, 1).orElseThrow().asNumber()).isEqualByComparingTo("1.5");
        }
    }

    @Test
    void samplesThatAreWrittenAsFunctionsRunBuiltIn() {
        assertThat(catalog.resolve("o", "service", "standard").plan().metering().metrics()).extracting(SamplePlansTest::text)
                .containsExactly("instances NUMBER: time_weighted of current_instances");
        for (String plan : List.of("basic", "standard")) {
            PlanVersion version = catalog.resolve("o", "test-resource", plan).plan();
            assertThat(version.metering().metrics()).extracting(SamplePlansTest::text).containsExactly(
                    "storage GIGABYTE: max of storage / 1073741824",
                    "thousand_light_api_calls THOUSAND_CALLS: sum of light_api_calls / 1000",
                    "heavy_api_calls CALL: sum of heavy_api_calls",
                    "memory GIGABYTE: time_weighted of current_instance_memory / 1073741824 * current_running_instances");
            assertThat(version.metering().metrics()).allMatch(metric -> version.rating().formulas(metric).isEmpty());
        }
    }

    @Test
    void classifiersCountByTheirMaximumAndCallsAreSummed() {
        assertThat(catalog.resolve("o", "analytics", "basic").plan().metering().metrics())
                .extracting(SamplePlansTest::text).containsExactly(
                        "classifier_instances INSTANCE: max of classifiers",
                        "classifier_api_calls CALL: sum of classifier_api_calls",
                        "training_event_api_calls CALL: sum of training_event_api_calls");
    }

    @Test
    void tokensAreSummedByTheThousand() {
        assertThat(catalog.resolve("o", "llm-inference", "standard").plan().metering().metrics())
                .extracting(metric -> metric.name() + " " + metric.accumulate() + " " + metric.meter()).containsExactly(
                        "thousand_input_tokens sum input_tokens / 1000",
                        "thousand_output_tokens sum output_tokens / 1000");
    }

    @Test
    void servicesHoursResolveOnceSomethingIsMappedToThem() {
        refused(422, "resource_not_found", () -> catalog.resolve("o", "sampler-test-resource-id", "standard"));
        for (PlanKind kind : PlanKind.values()) {
            catalog.provisioning().map(kind, "sampler-test-resource-id", "standard", "standard-services-hours");
        }
        PlanVersion version = catalog.resolve("o", "sampler-test-resource-id", "standard").plan();
        assertThat(version.metering().metrics()).extracting(SamplePlansTest::text)
                .containsExactly("usage_hours USAGEHOURS: sum of duration / 3600000");
        assertThat(version.pricing().priced("usage_hours")).isFalse();
    }

    @Test
    void whatIsThereAlreadyIsKept() {
        catalog.plans().replace(PlanKind.RATING, "object-rating-plan", json("{'plan_id':'object-rating-plan','metrics':[]}"));
        SamplePlans.store(fixture.another(CatalogFixture.LENIENT));
        assertThat(catalog.plans().find(PlanKind.RATING, "object-rating-plan"))
                .contains(json("{'plan_id':'object-rating-plan','metrics':[]}"));
    }

    @Test
    void twoCollectorsThatStartTogetherStoreTheSamplesOnce() {
        CatalogFixture fresh = new CatalogFixture();
        fresh.store.beforeWriteOf("catalog/pricing", () -> SamplePlans.store(fresh.another(CatalogFixture.LENIENT)));
        SamplePlans.store(fresh.catalog);
        assertThat(fresh.catalog.resolve("o", "analytics", "basic").plan().planId()).isEqualTo("basic");
    }

    private static String text(MeteringPlan.Metric metric) {
        return metric.name() + " " + metric.unit() + ": " + (metric.accumulate() == null ? "sum" : metric.accumulate())
                + " of " + (metric.meter() == null ? metric.name() : metric.meter());
    }
}
