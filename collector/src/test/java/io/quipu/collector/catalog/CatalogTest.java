package io.quipu.collector.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.Write;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.usage.Keys;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CatalogTest {

    private final CountingStore store = new CountingStore();
    private final Catalog catalog = catalog(false);

    private Catalog catalog(boolean strict) {
        return new Catalog(store, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                new AccountProperties(strict, "1234", "USA", null), new CatalogProperties(Duration.ofSeconds(10), true));
    }

    @BeforeEach
    void samples() {
        SamplePlans.store(catalog);
    }

    private static JsonNode json(String text) {
        return Json.shared().readTree(text.replace('\'', '"'));
    }

    private void create(String kind, String body) {
        catalog.plans().create(PlanKind.named(kind), json(body));
    }

    private static void assertProblem(Runnable call, int status, String code) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.status()).isEqualTo(status);
        });
    }

    @ParameterizedTest
    @CsvSource({"object-storage,basic,storage,1", "object-storage,standard,heavy_api_calls,0.18",
            "analytics,basic,classifier_instances,20", "llm-inference,standard,thousand_input_tokens,0.0025",
            "llm-inference,standard,thousand_output_tokens,0.01"})
    void samplesResolve(String resource, String plan, String metric, String price) {
        Terms terms = catalog.resolve("org", resource, plan);

        assertThat(terms.plan().pricing().price(metric, "USA", "USD").orElseThrow().price())
                .isEqualByComparingTo(new BigDecimal(price));
        assertThat(terms.pin().accountId()).isEqualTo("1234");
        assertThat(terms.pin().currency()).isEqualTo("USD");
        assertThat(terms.pin().plan()).isEqualTo(Json.id(terms.plan()));
    }

    @Test
    void samplesThatWereChangedAreKept() {
        JsonNode changed = json("{'plan_id':'llm-pricing-standard','metrics':[]}");
        catalog.plans().replace(PlanKind.PRICING, "llm-pricing-standard", changed);
        SamplePlans.store(catalog);
        assertThat(catalog.plans().find(PlanKind.PRICING, "llm-pricing-standard")).contains(changed);
    }

    @Test
    void acceptedUsageKeepsTheVersionItWasPinnedTo() {
        Terms before = catalog.resolve("org", "llm-inference", "standard");
        catalog.plans().replace(PlanKind.PRICING, "llm-pricing-standard", json("{'plan_id':'llm-pricing-standard',"
                + "'metrics':[{'name':'thousand_input_tokens','prices':[{'country':'USA','price':'9'}]}]}"));
        Terms after = catalog.resolve("org", "llm-inference", "standard");

        assertThat(after.pin().plan()).isNotEqualTo(before.pin().plan());
        Optional<PlanVersion> stored = catalog(false).planVersion(before.pin().plan());
        assertThat(stored).contains(before.plan());
    }

    @Test
    void whatIsResolvedAgainNeedsNoAccessToTheStore() {
        catalog.resolve("org", "object-storage", "basic");
        long accesses = store.accesses;
        catalog.resolve("org", "object-storage", "basic");
        assertThat(store.accesses).isEqualTo(accesses);
    }

    @Test
    void whatIsNotInTheCatalogIsNamed() {
        assertProblem(() -> catalog.resolve("org", "no-such", "basic"), 422, "resource_not_found");
        assertProblem(() -> catalog.resolve("org", "object-storage", "no-such"), 422, "plan_not_found");
        assertProblem(() -> catalog(true).resolve("org", "object-storage", "basic"), 404, "organization_not_found");
    }

    @Test
    void aRegisteredOrganizationPaysInItsCountry() {
        catalog.accounts().register("acc", json("{'account_id':'acc','organizations':['org-eu'],'pricing_country':'EUR'}"));

        Terms terms = catalog(true).resolve("org-eu", "object-storage", "basic");

        assertThat(terms.pin()).satisfies(pin -> {
            assertThat(pin.accountId()).isEqualTo("acc");
            assertThat(pin.country()).isEqualTo("EUR");
            assertThat(pin.currency()).isEqualTo("EUR");
        });
    }

    @Test
    void aCountryWithoutAPriceIsNeverFree() {
        catalog.accounts().register("acc", json("{'account_id':'acc','organizations':['org-ch'],'pricing_country':'CHE'}"));
        assertProblem(() -> catalog.resolve("org-ch", "object-storage", "basic"), 422, "price_not_found");
        assertThat(catalog.resolve("org-us", "object-storage", "basic")).isNotNull();
    }

    @Test
    void aPriceMustFitItsRate() {
        catalog.plans().replace(PlanKind.RATING, "llm-rating-plan", json("{'plan_id':'llm-rating-plan','metrics':["
                + "{'name':'thousand_input_tokens','rate':'tiered'},{'name':'thousand_output_tokens'}]}"));
        assertProblem(() -> catalog.resolve("org", "llm-inference", "standard"), 422, "price_not_usable");
    }

    @Test
    void theCurrencyOfAnOrganizationIsFixedByItsFirstUsage() {
        catalog.resolve("org", "object-storage", "basic");
        assertProblem(() -> catalog.accounts().register("acc",
                json("{'account_id':'acc','organizations':['org'],'pricing_country':'EUR'}")), 409, "currency_fixed");
        catalog.accounts().register("acc2", json("{'account_id':'acc2','organizations':['org'],'pricing_country':'USA'}"));
        assertThat(catalog.resolve("org", "object-storage", "basic").pin().accountId()).isEqualTo("acc2");
    }

    @Test
    void aMetricKeepsItsMeaning() {
        create("metering", "{'plan_id':'m','measures':[{'name':'a','unit':'A'}],'metrics':[{'name':'a','unit':'A'}]}");
        assertProblem(() -> catalog.plans().replace(PlanKind.METERING, "m", json("{'plan_id':'m','measures':["
                + "{'name':'a','unit':'A'}],'metrics':[{'name':'a','unit':'A','accumulate':'max'}]}")), 409,
                "meaning_changed");
        assertThat(catalog.plans().replace(PlanKind.METERING, "m", json("{'plan_id':'m','measures':["
                + "{'name':'a','unit':'A'}],'metrics':[{'name':'a','unit':'A','meter':'a * 2'}]}"))).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "metering|{'plan_id':'m','measures':[],'metrics':[{'name':'x','unit':'U','meter':'y / 2'}]}|metrics[0].meter",
            "metering|{'plan_id':'m','measures':[{'name':'y','unit':'U'}],'metrics':[{'name':'x','unit':'U','meter':'y ^ 2'}]}|metrics[0].meter",
            "metering|{'plan_id':'m','measures':[],'metrics':[{'name':'x','unit':'U','accumulate':'avg'}]}|metrics[0].accumulate",
            "metering|{'plan_id':'m','measures':[{'name':'y'}],'metrics':[]}|measures[0].unit",
            "metering|{'plan_id':'m','measures':[],'metrics':[],'extra':1}|extra",
            "metering|{'measures':[],'metrics':[]}|plan_id",
            "rating|{'plan_id':'r','metrics':[{'name':'x','rate':'flat'}]}|metrics[0].rate",
            "rating|{'plan_id':'r','metrics':[{'name':'x'},{'name':'x'}]}|metrics[1].name",
            "pricing|{'plan_id':'p','metrics':[{'name':'x','prices':[{'country':'USA','price':-1}]}]}|metrics[0].prices[0].price",
            "pricing|{'plan_id':'p','metrics':[{'name':'x','prices':[{'price':1}]}]}|metrics[0].prices[0].country"})
    void whatIsWrongWithAPlanIsNamedByField(String kind, String body, String field) {
        assertThatThrownBy(() -> create(kind, body)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.violations()).extracting(Violation::field).contains(field);
        });
    }

    @Test
    void aNewerFormatIsRefused() {
        store.write(new Write.Insert(Keys.account("future"), Json.write(json("{'version':2,'account_id':'future'}"))));
        assertProblem(() -> catalog.accounts().find("future"), 500, "newer_format");
    }

    /** Counts what the catalog asks of its store. */
    private static final class CountingStore implements DocumentStore {

        private final DocumentStore documents = new InMemoryStore(Clock.systemUTC());
        private long accesses;

        @Override
        public List<Optional<Document>> get(List<String> keys) {
            accesses++;
            return documents.get(keys);
        }

        @Override
        public List<Outcome> write(List<Write> writes) {
            accesses++;
            return documents.write(writes);
        }

        @Override
        public void close() {
            documents.close();
        }
    }
}
