package io.quipu.collector.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quipu.collector.log.ManualClock;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A catalog on a store in memory, without samples, and words to fill it. */
final class CatalogFixture {

    static final AccountProperties LENIENT = new AccountProperties(false, "1234", "USA", null);
    static final AccountProperties STRICT = new AccountProperties(true, "1234", "USA", null);
    static final Duration MAX_AGE = Duration.ofSeconds(10);

    final ManualClock clock = new ManualClock();
    final WatchedStore store = new WatchedStore(new InMemoryStore(clock));
    final Catalog catalog;

    CatalogFixture() {
        this(LENIENT);
    }

    CatalogFixture(AccountProperties accounts) {
        catalog = another(accounts);
    }

    /** Another instance of the collector on the same store. */
    Catalog another(AccountProperties accounts) {
        return new Catalog(store, clock, accounts, new CatalogProperties(MAX_AGE, false));
    }

    /** JSON with apostrophes for quotation marks. */
    static JsonNode json(String text) {
        return Json.shared().readTree(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static JsonNode metering(String planId, String unit, String accumulate) {
        return json("""
                {'plan_id':'%s','measures':[{'name':'storage','unit':'BYTE'}],
                 'metrics':[{'name':'storage','unit':'%s','meter':'storage / 1073741824','accumulate':'%s'}]}"""
                .formatted(planId, unit, accumulate));
    }

    static JsonNode rating(String planId, String rate) {
        return json("{'plan_id':'%s','metrics':[{'name':'storage','rate':'%s'}]}".formatted(planId, rate));
    }

    static JsonNode pricing(String planId, String prices) {
        return json("{'plan_id':'%s','metrics':[{'name':'storage','prices':[%s]}]}".formatted(planId, prices));
    }

    /** The resource disk with a plan small, at 2 USD. */
    CatalogFixture disk() {
        catalog.plans().create(PlanKind.METERING, metering("m", "GIGABYTE", "max"));
        catalog.plans().create(PlanKind.RATING, rating("r", "per_unit"));
        catalog.plans().create(PlanKind.PRICING, pricing("p", "{'country':'USA','currency':'USD','price':2}"));
        catalog.provisioning().map(PlanKind.METERING, "disk", "small", "m");
        catalog.provisioning().map(PlanKind.RATING, "disk", "small", "r");
        catalog.provisioning().map(PlanKind.PRICING, "disk", "small", "p");
        store.forget();
        return this;
    }

    void register(String accountId, String country, String... organizations) {
        catalog.accounts().register(accountId, account(accountId, country, organizations));
    }

    static JsonNode account(String accountId, String country, String... organizations) {
        return json("{'account_id':'%s','pricing_country':'%s','organizations':[%s]}".formatted(accountId, country,
                organizations.length == 0 ? "" : "'" + String.join("','", organizations) + "'"));
    }

    /** The problem that a call ends in. */
    static Problem problem(Runnable call) {
        Problem problem = catchThrowableOfType(Problem.class, call::run);
        assertThat(problem).as("the problem that the call should end in").isNotNull();
        return problem;
    }

    static void refused(int status, String code, Runnable call) {
        Problem problem = problem(call);
        assertThat(problem.status() + " " + problem.code()).as(problem.getMessage()).isEqualTo(status + " " + code);
    }

    /** The violations as {@code field: rule}. */
    static List<String> rules(Problem problem) {
        return problem.violations().stream().map(CatalogFixture::rule).toList();
    }

    private static String rule(Violation violation) {
        return violation.field() + ": " + violation.rule();
    }
}
