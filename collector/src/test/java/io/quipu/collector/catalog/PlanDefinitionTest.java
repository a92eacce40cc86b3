package io.quipu.collector.catalog;

import static io.quipu.collector.catalog.CatalogFixture.json;
import static io.quipu.collector.catalog.CatalogFixture.problem;
import static io.quipu.collector.catalog.CatalogFixture.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule that a plan from outside must keep. */
class PlanDefinitionTest {

    private static final FormulaExpressions EXPRESSIONS = new FormulaExpressions();

    private static PlanDefinition read(PlanKind kind, String body) {
        return PlanDefinition.read(kind, json(body), EXPRESSIONS);
    }

    /** A metering plan with one measure, one metric and this in the metric. */
    private static String metric(String members) {
        return "{'plan_id':'p','measures':[{'name':'storage','unit':'BYTE'}],'metrics':[{" + members + "}]}";
    }

    private static String price(String members) {
        return "{'plan_id':'p','metrics':[{'name':'m','prices':[{" + members + "}]}]}";
    }

    private static String many(int count, String element) {
        return IntStream.range(0, count).mapToObj(i -> element.replace("#", Integer.toString(i)))
                .collect(Collectors.joining(","));
    }

    static Stream<Arguments> wrongMeteringPlans() {
        String good = "'name':'storage','unit':'GIGABYTE'";
        return Stream.of(
                arguments("[]", ": type"),
                arguments("'text'", ": type"),
                arguments("{}", "plan_id: required, measures: required, metrics: required"),
                arguments("{'plan_id':null,'measures':null,'metrics':null}",
                        "plan_id: required, measures: required, metrics: required"),
                arguments("{'plan_id':1,'measures':{},'metrics':'m'}",
                        "plan_id: type, measures: type, metrics: type"),
                arguments("{'plan_id':'p','measures':[],'metrics':[]}", "measures: min_items, metrics: min_items"),
                arguments("{'plan_id':'p','measures':[{'name':'storage','unit':'B'}],'metrics':[{" + good + "}],'plan':1}",
                        "plan: unknown"),
                arguments("{'plan_id':' ','measures':[{'name':'storage','unit':'B'}],'metrics':[{" + good + "}]}",
                        "plan_id: min_length"),
                arguments("{'plan_id':'..','measures':[{'name':'storage','unit':'B'}],'metrics':[{" + good + "}]}",
                        "plan_id: characters"),
                arguments("{'plan_id':'a\\u0000','measures':[{'name':'storage','unit':'B'}],'metrics':[{" + good + "}]}",
                        "plan_id: characters"),
                arguments("{'plan_id':'\\ud800','measures':[{'name':'storage','unit':'B'}],'metrics':[{" + good + "}]}",
                        "plan_id: characters"),
                arguments("{'plan_id':'" + "x".repeat(PlanDefinition.MAX_ID_LENGTH + 1)
                        + "','measures':[{'name':'storage','unit':'B'}],'metrics':[{" + good + "}]}", "plan_id: max_length"),
                arguments("{'plan_id':'p','measures':[1],'metrics':['m']}", "measures[0]: type, metrics[0]: type"),
                arguments("{'plan_id':'p','measures':[{'name':'storage'},{'unit':'B','x':1}],'metrics':[{" + good + "}]}",
                        "measures[0].unit: required, measures[1].x: unknown, measures[1].name: required"),
                arguments("{'plan_id':'p','measures':[{'name':'storage','unit':'B'},{'name':'storage','unit':'B'}],"
                        + "'metrics':[{" + good + "}]}", "measures[1].name: duplicate"),
                arguments("{'plan_id':'p','measures':[{'name':'storage','unit':'B'}],'metrics':[{" + good + "},{" + good + "}]}",
                        "metrics[1].name: duplicate"),
                arguments(metric(""), "metrics[0].name: required, metrics[0].unit: required"),
                arguments(metric("'name':'" + "n".repeat(PlanDefinition.MAX_NAME_LENGTH + 1)
                        + "','unit':'" + "u".repeat(PlanDefinition.MAX_WORD_LENGTH + 1) + "','meter':'storage'"),
                        "metrics[0].name: max_length, metrics[0].unit: max_length"),
                arguments(metric(good + ",'type':1"), "metrics[0].type: type"),
                arguments(metric(good + ",'meter':1"), "metrics[0].meter: type"),
                arguments(metric(good + ",'meter':''"), "metrics[0].meter: expression"),
                arguments(metric(good + ",'meter':'storage /'"), "metrics[0].meter: expression"),
                arguments(metric(good + ",'meter':'" + "(".repeat(500) + "storage" + ")".repeat(500) + "'"),
                        "metrics[0].meter: max_length"),
                arguments(metric(good + ",'meter':'storage / light + heavy'"),
                        "metrics[0].meter: unknown_measure, metrics[0].meter: unknown_measure"),
                arguments(metric(good + ",'meter':'1'"), "metrics[0].meter: no_measure"),
                arguments(metric(good + ",'meter':'(m) => m.storage +'"), "metrics[0].meter: formula"),
                arguments(metric(good + ",'meter':'function(m)\\n{ while (true) { } }'"), "metrics[0].meter: formula"),
                arguments(metric(good + ",'meter':'m => " + "1 + ".repeat(4_000) + "m.storage'"), "metrics[0].meter: formula"),
                arguments(metric(good + ",'meter':'(m, n) => m.storage'"), "metrics[0].meter: parameters"),
                arguments(metric(good + ",'meter':'m => m.storage + m.light + m.end'"), "metrics[0].meter: unknown_measure"),
                arguments(metric(good + ",'meter':'m => m.storage / (m.storage - 1)'"), "metrics[0].meter: probe"),
                arguments("{'plan_id':'p','measures':[{'name':'end','unit':'MS'}],'metrics':[{'name':'m','unit':'U',"
                        + "'meter':'m => m.end'}]}", "metrics[0].meter: ambiguous"),
                arguments(metric(good + ",'accumulate':'(a, q, s, e, from, to, cell) => cell(0)'"),
                        "metrics[0].accumulate: formula"),
                arguments(metric(good + ",'accumulate':'(a, q, s, e, from, to, cell) => cell || q'"),
                        "metrics[0].accumulate: parameters"),
                arguments(metric(good + ",'accumulate':'(a, qty) => ({ sum: (a.sum || 0) + qty })'"), "metrics[0].aggregate: probe"),
                arguments(metric(good + ",'accumulate':'(a, qty) => a.b.c'"), "metrics[0].accumulate: probe"),
                arguments(metric(good + ",'meter':'m => m.storage + m.end','accumulate':'time_weighted'"),
                        "metrics[0].accumulate: exclusive"),
                arguments(metric(good + ",'aggregate':'sum','summarize':'(t, qty, from, to, now) => qty'"),
                        "metrics[0].aggregate: function, metrics[0].summarize: parameters"),
                arguments(metric(good + ",'aggregate':'(a, prev, curr, cell) => cell','summarize':'(t, qty) => ({ n: qty })'"),
                        "metrics[0].aggregate: parameters"),
                arguments(metric(good + ",'summarize':'(t, qty) => ({ n: qty })'"), "metrics[0].summarize: probe"),
                arguments(metric(good + ",'aggregate':1"), "metrics[0].aggregate: type"),
                arguments(metric("'name':'other','unit':'GIGABYTE'"), "metrics[0].meter: required"),
                arguments(metric(good + ",'accumulate':'avg'"), "metrics[0].accumulate: one_of"),
                arguments(metric(good + ",'accumulate':true"), "metrics[0].accumulate: type"),
                arguments(metric(good + ",'accumulate':'time_weighted','time_unit':'weeks'"), "metrics[0].time_unit: one_of"),
                arguments(metric(good + ",'accumulate':'time_weighted','time_unit':'HOURS'"), "metrics[0].time_unit: one_of"),
                arguments(metric(good + ",'accumulate':'time_weighted','time_unit':3600"), "metrics[0].time_unit: type"),
                arguments(metric(good + ",'accumulate':'sum','time_unit':'hours'"), "metrics[0].time_unit: exclusive"),
                arguments(metric(good + ",'time_unit':'weeks'"),
                        "metrics[0].time_unit: one_of, metrics[0].time_unit: exclusive"),
                arguments(metric(good + ",'formula':'MIN({storage})'"), "metrics[0].formula: formula"),
                arguments(metric(good + ",'formula':'SUM({storage} + {light})','accumulate':'sum'"),
                        "metrics[0].accumulate: exclusive, metrics[0].formula: unknown_measure"),
                arguments(metric(good + ",'formula':'AVG({storage} >> 2)'"), "metrics[0].formula: expression"),
                arguments(metric(good + ",'rate':'r','charge':'c'"), "metrics[0].rate: unknown, metrics[0].charge: unknown"),
                arguments("{'plan_id':'p','recognize':'no','measures':[{'name':'storage','unit':'B'}],'metrics':[{" + good + "}]}",
                        "recognize: type"),
                arguments("{'plan_id':'p','measures':[{'name':'a','unit':'B'}],'metrics':[" + many(12,
                        "{'name':'m#','unit':'B','meter':'m => m.a + # /*" + "x".repeat(9_000) + "*/'}") + "]}", "metrics: max_length"),
                arguments("{'plan_id':'p','measures':[" + many(MeteringPlanReader.MAX_MEASURES + 1, "{'name':'m#','unit':'B'}")
                        + "],'metrics':[" + many(PlanDefinition.MAX_METRICS + 1, "{'name':'m#','unit':'B'}") + "]}",
                        "measures: max_items, metrics: max_items"));
    }

    @ParameterizedTest
    @MethodSource("wrongMeteringPlans")
    void everythingWrongWithAMeteringPlanIsListed(String body, String rules) {
        Problem problem = problem(() -> read(PlanKind.METERING, body));
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.code()).isEqualTo("invalid");
        assertThat(String.join(", ", rules(problem))).isEqualTo(rules);
    }

    static Stream<Arguments> wrongRatingPlans() {
        return Stream.of(
                arguments("{'metrics':1}", "plan_id: required, metrics: type"),
                arguments("{'plan_id':'p'}", "metrics: required"),
                arguments("{'plan_id':'p','metrics':[{'rate':'flat','prices':[]}]}",
                        "metrics[0].prices: unknown, metrics[0].name: required, metrics[0].rate: one_of"),
                arguments("{'plan_id':'p','metrics':[{'name':'m','rate':'PER_UNIT'}]}", "metrics[0].rate: one_of"),
                arguments("{'plan_id':'p','metrics':[{'name':'m','rate':'(price, qty) =>','charge':'cost'}]}",
                        "metrics[0].rate: formula, metrics[0].charge: function"),
                arguments("{'plan_id':'p','metrics':[{'name':'m','rate':'(p, qty) => qty.a.b','charge':'(t, c) => c'}]}",
                        "metrics[0].rate: probe"),
                arguments("{'plan_id':'p','metrics':[{'name':'m','rate':'(p, qty) => ({ a: qty.a })','charge':'(t, c) => c.b'}]}",
                        "metrics[0].charge: probe"),
                arguments("{'plan_id':'p','metrics':[{'name':'m','rate':'tiered','charge':'(t, c) => c'}]}",
                        "metrics[0].charge: exclusive"),
                arguments("{'plan_id':'p','metrics':[{'name':'m'},{'name':'m'}]}", "metrics[1].name: duplicate"));
    }

    @ParameterizedTest
    @MethodSource("wrongRatingPlans")
    void everythingWrongWithARatingPlanIsListed(String body, String rules) {
        assertThat(String.join(", ", rules(problem(() -> read(PlanKind.RATING, body))))).isEqualTo(rules);
    }

    static Stream<Arguments> wrongPricingPlans() {
        String usa = "'country':'USA',";
        return Stream.of(
                arguments("{'plan_id':'p','metrics':[{'prices':{}}]}",
                        "metrics[0].name: required, metrics[0].prices: type"),
                arguments(price("'price':1"), "metrics[0].prices[0].country: required"),
                arguments(price("'country':'','price':1"), "metrics[0].prices[0].country: min_length"),
                arguments(price("'country':7,'currency':'dollars','price':1"),
                        "metrics[0].prices[0].country: type, metrics[0].prices[0].currency: currency"),
                arguments(price(usa + "'currency':'USD'"), "metrics[0].prices[0].price: required"),
                arguments(price(usa + "'price':-0.1"), "metrics[0].prices[0].price: minimum"),
                arguments(price(usa + "'price':'-1'"), "metrics[0].prices[0].price: minimum"),
                arguments(price(usa + "'price':'1e3'"), "metrics[0].prices[0].price: type"),
                arguments(price(usa + "'price':'NaN'"), "metrics[0].prices[0].price: type"),
                arguments(price(usa + "'price':' 1'"), "metrics[0].prices[0].price: type"),
                arguments(price(usa + "'price':true"), "metrics[0].prices[0].price: type"),
                arguments(price(usa + "'price':'" + "9".repeat(101) + "'"), "metrics[0].prices[0].price: type"),
                arguments(price(usa + "'price':1e30"), "metrics[0].prices[0].price: out_of_bounds"),
                arguments(price(usa + "'price':1e-31"), "metrics[0].prices[0].price: out_of_bounds"),
                arguments(price(usa + "'price':1e999999999"), "metrics[0].prices[0].price: out_of_bounds"),
                arguments(price(usa + "'price':0e-999999999"), "metrics[0].prices[0].price: out_of_bounds"),
                arguments(price(usa + "'price':1,'free':-1"), "metrics[0].prices[0].free: minimum"),
                arguments(price(usa + "'price':1,'package_size':0"), "metrics[0].prices[0].package_size: minimum"),
                arguments(price(usa + "'price':1,'vat':1"), "metrics[0].prices[0].vat: unknown"),
                arguments(price(usa + "'price':1,'tiers':[{'price':1}]"), "metrics[0].prices[0].price: required"),
                arguments(price(usa + "'package_size':2,'tiers':[{'price':1}]"),
                        "metrics[0].prices[0].package_size: exclusive"),
                arguments(price(usa + "'tiers':[]"), "metrics[0].prices[0].tiers: min_items"),
                arguments(price(usa + "'tiers':[{'up_to':1,'price':1}]"), "metrics[0].prices[0].tiers[0].up_to: last_tier"),
                arguments(price(usa + "'tiers':[{'price':1},{'price':1}]"), "metrics[0].prices[0].tiers[0].up_to: required"),
                arguments(price(usa + "'tiers':[{'up_to':0,'price':1},{'price':1}]"),
                        "metrics[0].prices[0].tiers[0].up_to: minimum"),
                arguments(price(usa + "'tiers':[{'up_to':2,'price':1},{'up_to':'2.0','price':1},{'price':1}]"),
                        "metrics[0].prices[0].tiers[1].up_to: ascending"),
                arguments(price(usa + "'tiers':[{'price':-1}]"), "metrics[0].prices[0].tiers[0].price: minimum"),
                arguments(price(usa + "'tiers':[{'up_to':2,'price':'x'},{'from':2}]"),
                        "metrics[0].prices[0].tiers[0].price: type, metrics[0].prices[0].tiers[1].from: unknown, "
                                + "metrics[0].prices[0].tiers[1].price: required"),
                arguments(price(usa + "'currency':'USD','price':1},{" + usa + "'currency':'USD','price':2"),
                        "metrics[0].prices[1].country: duplicate"),
                arguments(price(usa + "'price':1},{" + usa + "'price':2"), "metrics[0].prices[1].country: duplicate"),
                arguments(price(usa + "'currency':'USD','price':1},{" + usa + "'price':2"),
                        "metrics[0].prices[1].country: duplicate"),
                arguments(price(usa + "'price':1},{" + usa + "'currency':'USD','price':2"),
                        "metrics[0].prices[1].country: duplicate"),
                arguments("{'plan_id':'p','metrics':[{'name':'m','prices':["
                        + many(PricingPlanReader.MAX_PRICES + 1, "{'country':'C#','price':1}") + "]}]}",
                        "metrics[0].prices: max_items"),
                arguments(price(usa + "'tiers':[" + many(PricingPlanReader.MAX_TIERS, "{'up_to':1#,'price':1}")
                        + ",{'price':1}]"), "metrics[0].prices[0].tiers: max_items"));
    }

    @ParameterizedTest
    @MethodSource("wrongPricingPlans")
    void everythingWrongWithAPricingPlanIsListed(String body, String rules) {
        assertThat(String.join(", ", rules(problem(() -> read(PlanKind.PRICING, body))))).isEqualTo(rules);
    }

    @Test
    void aMetricThatIsWeightedByTimeNamesItsUnitOfTimeOrCountsInHours() {
        String weighted = "'name':'storage','unit':'GIGABYTE','accumulate':'time_weighted'";
        assertThat(timeUnit(weighted)).isNull();
        for (String unit : List.of("seconds", "minutes", "hours", "days")) {
            assertThat(timeUnit(weighted + ",'time_unit':'" + unit + "'")).isEqualTo(unit);
        }
    }

    private static String timeUnit(String members) {
        return ((MeteringPlan) read(PlanKind.METERING, metric(members)).definition()).metrics().get(0).timeUnit();
    }

    @Test
    void whatIsWrongWithAnExpressionNamesItsPlace() {
        assertThat(problem(() -> read(PlanKind.METERING, metric("'name':'storage','unit':'G','meter':'storage /\\n/ 2'")))
                .violations()).singleElement().satisfies(violation ->
                        assertThat(violation.reason()).startsWith("line 2, column 1: "));
    }

    @Test
    void noMoreViolationsAreListedThanOneAnswerHolds() {
        String unknown = many(Violations.MAX + 50, "'member#':1");
        assertThat(problem(() -> read(PlanKind.RATING, "{" + unknown + "}")).violations()).hasSize(Violations.MAX);
    }

    @Test
    void aMeasureMayBeNamedLikeAFunction() {
        PlanDefinition plan = read(PlanKind.METERING, "{'plan_id':'p','measures':[{'name':'function_calls','unit':'CALL'}],"
                + "'metrics':[{'name':'calls','unit':'CALL','meter':'function_calls / 1000'}]}");
        assertThat(plan.definition()).isEqualTo(new MeteringPlan("p",
                List.of(new MeteringPlan.Measure("function_calls", "CALL")),
                List.of(new MeteringPlan.Metric("calls", "CALL", null, "function_calls / 1000", null))));
    }

    @Test
    void theFormulaOfAbacussFirstPlansIsWhatMeterAndAccumulateSay() {
        assertThat(formula("SUM({storage} / 1000)")).isEqualTo(new MeteringPlan.Metric("m", "U", null, "storage / 1000", "sum"));
        assertThat(formula(" MAX( { storage }) ")).isEqualTo(new MeteringPlan.Metric("m", "U", null, " storage", "max"));
        MetricFunctions average = MetricFunctions.of(formula("AVG({storage})"));
        Value total = null;
        for (int instance = 1; instance <= 2; instance++) {
            Value state = null;
            for (int usage = 1; usage <= 3; usage++) {
                Value quantity = average.meter(Map.of("storage", BigDecimal.valueOf(instance * 10L + usage)), 0, 1).orElseThrow();
                Optional<Value> before = Optional.ofNullable(state);
                state = average.accumulate(before, quantity, 0, 1, Window.month(0)).orElseThrow();
                total = average.aggregate(Optional.ofNullable(total), before, state);
            }
        }
        assertThat(average.summarize(0, total, Window.month(0))).isEqualByComparingTo("17");
    }

    private static MeteringPlan.Metric formula(String formula) {
        return ((MeteringPlan) read(PlanKind.METERING, metric("'name':'m','unit':'U','formula':'" + formula + "'")).definition())
                .metrics().get(0);
    }

    @Test
    void whereAFormulaFailsSaysLineAndColumn() {
        Problem problem = problem(() -> read(PlanKind.METERING, metric("'name':'storage','unit':'U','meter':'m =>\\n  m.storage ^ 2'")));
        assertThat(problem.violations()).singleElement().satisfies(violation ->
                assertThat(violation.reason()).startsWith("line 2, column 13: "));
    }

    @Test
    void allAccumulateFunctionsAndRatesAreKnown() {
        for (String accumulate : List.of("sum", "max", "min", "last", "count")) {
            read(PlanKind.METERING, metric("'name':'storage','unit':'G','accumulate':'" + accumulate + "'"));
        }
        for (Rate rate : Rate.values()) {
            PlanDefinition plan = read(PlanKind.RATING, "{'plan_id':'p','metrics':[{'name':'m','rate':'" + rate.id() + "'}]}");
            assertThat(((RatingPlan) plan.definition()).rate("m")).isEqualTo(rate);
        }
    }

    @Test
    void numbersMayBeNumbersOrStringsAndAreOneNumber() {
        String tiers = "'country':'USA','currency':'USD','free':%s,'tiers':[{'up_to':%s,'price':%s},{'price':%s}]";
        PlanDefinition strings = read(PlanKind.PRICING, price(tiers.formatted("'1.0'", "'10'", "'0.50'", "'0'")));
        PlanDefinition numbers = read(PlanKind.PRICING, price(tiers.formatted("1", "1e1", "0.5", "0.000")));
        assertThat(strings.definition()).isEqualTo(numbers.definition()).isEqualTo(new PricingPlan("p", List.of(
                new PricingPlan.Metric("m", List.of(new Price("USA", "USD", null, BigDecimal.ONE, List.of(
                        new Price.Tier(BigDecimal.TEN, new BigDecimal("0.5")),
                        new Price.Tier(null, BigDecimal.ZERO)), null))))));
    }

    @Test
    void aMetricWithoutPricesIsFreeAndAPackagePriceNamesItsSize() {
        PricingPlan plan = (PricingPlan) read(PlanKind.PRICING, "{'plan_id':'p','metrics':[{'name':'a'},{'name':'b','prices':[]},"
                + "{'name':'c','prices':[{'country':'USA','price':3,'package_size':'1000'}]}]}").definition();
        assertThat(plan.priced("a")).isFalse();
        assertThat(plan.priced("b")).isFalse();
        assertThat(plan.price("c", "USA", "USD").orElseThrow().packageSize()).isEqualByComparingTo("1000");
    }

    @Test
    void aPutMustRepeatThePlanIdOfThePath() {
        assertThat(rules(problem(() -> PlanDefinition.read(PlanKind.RATING, Optional.of("q"),
                json("{'plan_id':'p','metrics':[]}"), EXPRESSIONS)))).containsExactly("plan_id: path");
        PlanDefinition.read(PlanKind.RATING, Optional.of("p"), json("{'plan_id':'p','metrics':[]}"), EXPRESSIONS);
    }
}
