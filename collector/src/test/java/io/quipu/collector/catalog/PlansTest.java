package io.quipu.collector.catalog;

import static io.quipu.collector.catalog.CatalogFixture.LENIENT;
import static io.quipu.collector.catalog.CatalogFixture.json;
import static io.quipu.collector.catalog.CatalogFixture.metering;
import static io.quipu.collector.catalog.CatalogFixture.pricing;
import static io.quipu.collector.catalog.CatalogFixture.problem;
import static io.quipu.collector.catalog.CatalogFixture.rating;
import static io.quipu.collector.catalog.CatalogFixture.refused;
import static io.quipu.collector.catalog.CatalogFixture.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PlansTest {

    private final CatalogFixture fixture = new CatalogFixture();
    private final Plans plans = fixture.catalog.plans();

    @Test
    void aPlanIsFoundAsItWasPosted() {
        JsonNode body = pricing("a/b", "{'country':'USA','price':1.50},{'country':'EUR','price':'0.7523','currency':null}");
        assertThat(plans.create(PlanKind.PRICING, body)).isEqualTo("a/b");
        assertThat(plans.find(PlanKind.PRICING, "a/b")).contains(body);
        assertThat(plans.find(PlanKind.RATING, "a/b")).isEmpty();
    }

    @Test
    void aPlanIsCreatedOnlyOnceWhateverItSays() {
        plans.create(PlanKind.RATING, rating("r", "per_unit"));
        refused(409, "plan_exists", () -> plans.create(PlanKind.RATING, rating("r", "per_unit")));
        refused(409, "plan_exists", () -> plans.create(PlanKind.RATING, rating("r", "tiered")));
        assertThat(plans.find(PlanKind.RATING, "r")).contains(rating("r", "per_unit"));
    }

    @Test
    void eachChangeIsARevisionAndTheSameBodyIsNone() {
        plans.create(PlanKind.RATING, rating("r", "per_unit"));
        fixture.store.forget();
        assertThat(plans.replace(PlanKind.RATING, "r", rating("r", "per_unit"))).isEqualTo(1);
        assertThat(fixture.store.writes()).isZero();
        assertThat(plans.replace(PlanKind.RATING, "r", rating("r", "tiered"))).isEqualTo(2);
        assertThat(plans.replace(PlanKind.RATING, "r", rating("r", "per_unit"))).isEqualTo(3);
        assertThat(plans.find(PlanKind.RATING, "r")).contains(rating("r", "per_unit"));
    }

    @Test
    void onlyAPlanThatIsThereIsReplaced() {
        Problem problem = problem(() -> plans.replace(PlanKind.RATING, "r", rating("r", "per_unit")));
        assertThat(problem.status()).isEqualTo(404);
        assertThat(problem.code()).isEqualTo("plan_not_found");
        assertThat(problem.members()).containsEntry("message", "Plan not found");
    }

    @Test
    void aMetricKeepsItsUnitAndItsAccumulateFunction() {
        plans.create(PlanKind.METERING, metering("m", "GIGABYTE", "max"));
        Problem unit = problem(() -> plans.replace(PlanKind.METERING, "m", metering("m", "BYTE", "max")));
        assertThat(unit.status() + " " + unit.code()).isEqualTo("409 meaning_changed");
        assertThat(rules(unit)).containsExactly("storage: meaning_changed");
        refused(409, "meaning_changed", () -> plans.replace(PlanKind.METERING, "m", metering("m", "GIGABYTE", "sum")));
        assertThat(plans.find(PlanKind.METERING, "m")).contains(metering("m", "GIGABYTE", "max"));
    }

    @Test
    void aMetricWithoutAccumulateIsASum() {
        plans.create(PlanKind.METERING, json("{'plan_id':'m','measures':[{'name':'storage','unit':'BYTE'}],"
                + "'metrics':[{'name':'storage','unit':'GIGABYTE'}]}"));
        assertThat(plans.replace(PlanKind.METERING, "m", metering("m", "GIGABYTE", "sum"))).isEqualTo(2);
        refused(409, "meaning_changed", () -> plans.replace(PlanKind.METERING, "m", metering("m", "GIGABYTE", "max")));
    }

    @Test
    void aMetricThatIsWeightedByTimeKeepsItsUnitOfTime() {
        plans.create(PlanKind.METERING, weighted(""));
        assertThat(plans.replace(PlanKind.METERING, "m", weighted(",'time_unit':'hours'"))).isEqualTo(2);
        Problem changed = problem(() -> plans.replace(PlanKind.METERING, "m", weighted(",'time_unit':'minutes'")));
        assertThat(changed.status() + " " + changed.code()).isEqualTo("409 meaning_changed");
        assertThat(changed.violations().get(0).reason()).contains("hours").contains("minutes");
        refused(409, "meaning_changed", () -> plans.replace(PlanKind.METERING, "m", metering("m", "GIGABYTE", "sum")));
    }

    /** What runs would go on, and nothing would say in which unit it counts. */
    @Test
    void aMetricThatHasLevelsCannotBeRemoved() {
        plans.create(PlanKind.METERING, weighted(""));
        Problem removed = problem(() -> plans.replace(PlanKind.METERING, "m",
                json("{'plan_id':'m','measures':[{'name':'calls','unit':'CALL'}],'metrics':[{'name':'calls','unit':'CALL'}]}")));
        assertThat(removed.status() + " " + removed.code()).isEqualTo("409 meaning_changed");
        assertThat(rules(removed)).containsExactly("storage: removed");
    }

    @Test
    void aSumOfDurationsKeepsItsDivisor() {
        plans.create(PlanKind.METERING, durations("duration / 3600000"));
        assertThat(plans.replace(PlanKind.METERING, "m", durations("duration/3600000.0"))).isEqualTo(2);
        refused(409, "meaning_changed", () -> plans.replace(PlanKind.METERING, "m", durations("duration / 60000")));
        refused(409, "meaning_changed", () -> plans.replace(PlanKind.METERING, "m", durations("duration * 2")));
    }

    @Test
    void formulasThatAddUpKeepTheirTextAndStayFormulas() {
        plans.create(PlanKind.METERING, formulas("(a, qty) => a + qty * qty", "(a, prev, curr) => a + curr - prev"));
        assertThat(plans.replace(PlanKind.METERING, "m", formulas("(a, qty) => a + qty * qty", "(a, prev, curr) => a + curr - prev")))
                .isEqualTo(1);
        for (JsonNode changed : List.of(formulas("(a, qty) => a + qty * 2", "(a, prev, curr) => a + curr - prev"),
                formulas("(a, qty) => a + qty * qty", "(a, prev, curr) => curr + a - prev"),
                formulas("(a, qty) => a + qty", "(a, prev, curr) => a + curr - prev"), metering("m", "GIGABYTE", "sum"))) {
            Problem problem = problem(() -> plans.replace(PlanKind.METERING, "m", changed));
            assertThat(problem.status() + " " + problem.code()).isEqualTo("409 meaning_changed");
        }
    }

    @Test
    void whatIsRecognizedMeansWhatTheBuiltInFunctionMeans() {
        plans.create(PlanKind.METERING, formulas("(a, qty) => a + qty", "(a, prev, curr) => a + curr - prev"));
        assertThat(plans.replace(PlanKind.METERING, "m", metering("m", "GIGABYTE", "sum"))).isEqualTo(2);
    }

    private static JsonNode formulas(String accumulate, String aggregate) {
        return json("{'plan_id':'m','measures':[{'name':'storage','unit':'BYTE'}],'metrics':[{'name':'storage','unit':'GIGABYTE',"
                + "'accumulate':'" + accumulate + "','aggregate':'" + aggregate + "'}]}");
    }

    private static JsonNode durations(String meter) {
        return json("{'plan_id':'m','measures':[{'name':'duration','unit':'MILLISECONDS'}],'metrics':[{'name':'hours',"
                + "'unit':'HOUR','meter':'" + meter + "','accumulate':'sum'}]}");
    }

    private static JsonNode weighted(String timeUnit) {
        return json("{'plan_id':'m','measures':[{'name':'storage','unit':'BYTE'}],'metrics':[{'name':'storage',"
                + "'unit':'GIGABYTE','accumulate':'time_weighted'" + timeUnit + "}]}");
    }

    @Test
    void theMeaningOfAPlanStoredBeforeThereWereUnitsOfTimeIsKept() {
        plans.create(PlanKind.METERING, metering("m", "GIGABYTE", "max"));
        assertThat(new String(fixture.store.get(Keys.catalogPlan("metering", "m")).orElseThrow().content(),
                java.nio.charset.StandardCharsets.UTF_8)).doesNotContain("time_unit");
    }

    @Test
    void aMetricThatIsTakenOutDoesNotComeBackWithAnotherMeaning() {
        plans.create(PlanKind.METERING, metering("m", "GIGABYTE", "max"));
        plans.replace(PlanKind.METERING, "m", json("{'plan_id':'m','measures':[{'name':'calls','unit':'CALL'}],"
                + "'metrics':[{'name':'calls','unit':'CALL'}]}"));
        refused(409, "meaning_changed", () -> plans.replace(PlanKind.METERING, "m", metering("m", "GIGABYTE", "sum")));
        assertThat(plans.replace(PlanKind.METERING, "m", metering("m", "GIGABYTE", "max"))).isEqualTo(3);
    }

    @Test
    void thePlanRemembersOnlySoManyMetrics() {
        plans.create(PlanKind.METERING, metrics(0));
        for (int from = 100; from < Plans.MAX_MEANINGS; from += 100) {
            plans.replace(PlanKind.METERING, "m", metrics(from));
        }
        refused(409, "too_many_metrics", () -> plans.replace(PlanKind.METERING, "m", metrics(Plans.MAX_MEANINGS)));
        plans.replace(PlanKind.METERING, "m", metrics(0));
    }

    private static JsonNode metrics(int from) {
        String all = IntStream.range(from, from + 100).mapToObj(i -> "{'name':'m" + i + "','unit':'U','meter':'a'}")
                .collect(Collectors.joining(","));
        return json("{'plan_id':'m','measures':[{'name':'a','unit':'U'}],'metrics':[" + all + "]}");
    }

    @Test
    void twoCatalogsThatCreateAPlanLeaveOne() {
        Plans rival = fixture.another(LENIENT).plans();
        fixture.store.beforeWriteOf("catalog/rating", () -> rival.create(PlanKind.RATING, rating("r", "tiered")));
        refused(409, "plan_exists", () -> plans.create(PlanKind.RATING, rating("r", "per_unit")));
        assertThat(plans.find(PlanKind.RATING, "r")).contains(rating("r", "tiered"));
    }

    @Test
    void twoCatalogsThatReplaceAPlanLoseNoRevision() {
        Plans rival = fixture.another(LENIENT).plans();
        plans.create(PlanKind.RATING, rating("r", "per_unit"));
        fixture.store.beforeWriteOf("catalog/rating", () -> rival.replace(PlanKind.RATING, "r", rating("r", "tiered")));
        assertThat(plans.replace(PlanKind.RATING, "r", rating("r", "volume"))).isEqualTo(3);
    }

    @Test
    void aMetricAddedByARivalKeepsItsMeaning() {
        Plans rival = fixture.another(LENIENT).plans();
        plans.create(PlanKind.METERING, metrics(0));
        fixture.store.beforeWriteOf("catalog/metering",
                () -> rival.replace(PlanKind.METERING, "m", metering("m", "GIGABYTE", "max")));
        refused(409, "meaning_changed", () -> plans.replace(PlanKind.METERING, "m", metering("m", "GIGABYTE", "sum")));
    }

    @Test
    void whoLosesTooManyRacesIsToldToTryAgain() {
        plans.create(PlanKind.RATING, rating("r", "per_unit"));
        List<Integer> rivals = new ArrayList<>();
        Plans rival = fixture.another(LENIENT).plans();
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            rivals.add(rivals.size());
            rival.replace(PlanKind.RATING, "r", rating("r", rivals.size() % 2 == 0 ? "tiered" : "volume"));
            fixture.store.beforeWriteOf("catalog/rating", again[0]);
        };
        fixture.store.beforeWriteOf("catalog/rating", again[0]);
        Problem problem = problem(() -> plans.replace(PlanKind.RATING, "r", rating("r", "package")));
        assertThat(problem.status() + " " + problem.code()).isEqualTo("503 contended");
        assertThat(problem.retryAfter()).isPresent();
        assertThat(rivals).hasSize(CatalogStore.MAX_ATTEMPTS);
    }

    @Test
    void aDocumentOfANewerFormatIsNotRead() {
        fixture.store.write(new Write.Insert(Keys.catalogPlan("rating", "r"),
                Json.write(json("{'version':2,'kind':['what','ever'],'plan_id':'r'}"))));
        refused(500, "newer_format", () -> plans.find(PlanKind.RATING, "r"));
        refused(500, "newer_format", () -> plans.replace(PlanKind.RATING, "r", rating("r", "tiered")));
    }

    @Test
    void aDocumentUnderAKeyThatIsNotItsOwnIsNotRead() {
        plans.create(PlanKind.RATING, rating("r", "per_unit"));
        byte[] other = fixture.store.get(Keys.catalogPlan("rating", "r")).orElseThrow().content();
        fixture.store.write(new Write.Insert(Keys.catalogPlan("rating", "s"), other));
        assertThatThrownBy(() -> plans.find(PlanKind.RATING, "s"))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("[rating, r]");
    }

    @Test
    void plansWithLongIdsAreKeptApart() {
        String common = "x".repeat(300);
        plans.create(PlanKind.RATING, rating(common + "1", "per_unit"));
        plans.create(PlanKind.RATING, rating(common + "2", "tiered"));
        assertThat(plans.find(PlanKind.RATING, common + "1")).contains(rating(common + "1", "per_unit"));
        assertThat(plans.find(PlanKind.RATING, common + "3")).isEqualTo(Optional.empty());
    }
}
