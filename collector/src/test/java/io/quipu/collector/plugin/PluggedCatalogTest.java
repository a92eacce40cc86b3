package io.quipu.collector.plugin;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.catalog.Account;
import io.quipu.collector.catalog.AccountProperties;
import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.CatalogProperties;
import io.quipu.collector.catalog.PlanKind;
import io.quipu.collector.catalog.Plugin;
import io.quipu.collector.catalog.Plugins;
import io.quipu.collector.catalog.Terms;
import io.quipu.collector.catalog.WatchedStore;
import io.quipu.collector.log.ManualClock;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.trace.Traces;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The catalog with plugins in place of its own store, over HTTP; Abacus's contract (specification 6.6 and 6.7). */
class PluggedCatalogTest {

    @RegisterExtension
    static final WireMockExtension SERVER = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    private static final String NONE = "{'error':'there is none'}";
    private static final long NOON = ManualClock.NOON;
    private static final Duration MAX_AGE = Duration.ofSeconds(10);
    private static final String TYPE = "/v1/provisioning/resources/disk/type";
    private static final String METERING = "/v1/metering/plans/m";
    private static final String RATING = "/v1/rating/plans/r";
    private static final String PRICING = "/v1/pricing/plans/p";
    private static final String SUM = "{'plan_id':'m','measures':[{'name':'storage','unit':'BYTE'}],"
            + "'metrics':[{'name':'storage','unit':'GIGABYTE','type':'discrete','accumulate':'%s'}]}";

    private final ManualClock clock = new ManualClock();
    private final WatchedStore store = new WatchedStore(new InMemoryStore(clock));
    private final PluginClient provisioning = client(Plugin.PROVISIONING, Duration.ofSeconds(60));
    private final PluginClient accounts = client(Plugin.ACCOUNTS, Duration.ofSeconds(60));
    private final Catalog both = catalog(provisioning, accounts);

    private static PluginClient client(Plugin plugin, Duration limit) {
        return new PluginClient(plugin, new ServiceInstances(plugin.id(), List.of(URI.create(SERVER.baseUrl())),
                CircuitBreakerConfig.ofDefaults(), new SimpleMeterRegistry(), StageUnavailableException.class::isInstance),
                new PluginProperties.Calls(limit, limit, limit, 4), Traces.NONE);
    }

    /** Of the plugins that there are: the others are null. */
    private Catalog catalog(PluginClient provisioning, PluginClient accounts) {
        return new Catalog(store, clock, new AccountProperties(false, "1234", "USA", null, Set.of("TRIAL")),
                new CatalogProperties(MAX_AGE, false), new Plugins(
                Optional.ofNullable(provisioning).map(ProvisioningClient::new),
                Optional.ofNullable(accounts).map(AccountClient::new)));
    }

    @BeforeEach
    void answerAll() {
        SERVER.stubFor(get(anyUrl()).atPriority(9).willReturn(aResponse().withStatus(404).withBody(NONE.replace('\'', '"'))));
        for (String organization : List.of("o", "q")) {
            answer(account(organization), "{'account_id':'a','organizations':['o','q'],'pricing_country':'USA','license_type':'N/A'}");
            answer(planId("metering", organization), "'m'");
            answer(planId("rating", organization), "'r'");
            answer(planId("pricing", organization), "'p'");
        }
        answer(TYPE, "'block'");
        answer(METERING, SUM.formatted("sum"));
        answer(RATING, "{'plan_id':'r','metrics':[{'name':'storage'}]}");
        answer(PRICING, "{'plan_id':'p','metrics':[{'name':'storage','prices':[{'country':'USA','price':2}]}]}");
    }

    @AfterEach
    void close() throws IOException {
        provisioning.close();
        accounts.close();
    }

    private static String account(String organization) {
        return "/v1/organizations/" + organization + "/account/" + NOON;
    }

    private static String planId(String kind, String organization) {
        return "/v1/" + kind + "/organizations/" + organization + "/resource_types/block/plans/small/time/" + NOON + "/" + kind
                + "_plan/id";
    }

    private static void answer(String path, String body) {
        answer(path, 200, body);
    }

    private static void answer(String path, int status, String body) {
        SERVER.stubFor(get(urlEqualTo(path)).willReturn(aResponse().withStatus(status).withBody(body.replace('\'', '"'))));
    }

    private static void asked(int times, String path) {
        SERVER.verify(times, getRequestedFor(urlEqualTo(path)));
    }

    private static Problem problem(Runnable call) {
        Problem problem = catchThrowableOfType(Problem.class, call::run);
        assertThat(problem).as("the problem that the call should end in").isNotNull();
        return problem;
    }

    private static Problem refused(String statusAndCode, Runnable call) {
        Problem problem = problem(call);
        assertThat(problem.status() + " " + problem.code()).as(problem.getMessage()).isEqualTo(statusAndCode);
        return problem;
    }

    private static JsonNode json(String text) {
        return Json.shared().readTree(text.replace('\'', '"'));
    }

    private Terms resolve() {
        return both.resolve("o", "disk", "small");
    }

    @Test
    void termsAreWhatThePluginsSayAndAreKeptHere() {
        clock.advance(Duration.ofMinutes(9));
        Terms terms = resolve();
        assertThat(terms.pin()).isEqualTo(new Pin("a", "USA", "USD", "block", Json.id(terms.plan())));
        assertThat(terms.plan().path()).isEqualTo(new PlanPath("small", "m", "r", "p"));
        assertThat(terms.plan().pricing().price("storage", "USA", "USD").orElseThrow().price()).isEqualByComparingTo("2");
        SERVER.resetAll();
        Catalog without = new Catalog(store, clock, new AccountProperties(false, "1234", "USA", null),
                new CatalogProperties(MAX_AGE, false));
        assertThat(without.planVersion(terms.pin().plan())).as("whoever drives asks no plugin").contains(terms.plan());
    }

    @Test
    void eachThingIsAskedForOnceAsLongAsItIsFresh() {
        List<String> paths = List.of(account("o"), TYPE, planId("metering", "o"), planId("rating", "o"), planId("pricing", "o"),
                METERING, RATING, PRICING);
        resolve();
        clock.advance(MAX_AGE.minusMillis(1));
        resolve();
        paths.forEach(path -> asked(1, path));
        both.resolve("q", "disk", "small");
        asked(1, account("q"));
        asked(1, planId("pricing", "q"));
        List.of(TYPE, METERING, RATING, PRICING).forEach(path -> asked(1, path));
        clock.advance(Duration.ofMillis(1));
        resolve();
        paths.forEach(path -> asked(2, path));
    }

    @Test
    void whatIsFreshServesWhileThePluginsAreDownAndWhatIsOldDoesNot() {
        Terms terms = resolve();
        SERVER.stubFor(get(anyUrl()).atPriority(1).willReturn(aResponse().withStatus(503)));
        assertThat(resolve()).isEqualTo(terms);
        refused("503 account_unavailable", () -> both.resolve("q", "disk", "small"));
        clock.advance(MAX_AGE);
        assertThat(refused("503 account_unavailable", this::resolve).retryAfter()).isPresent();
        SERVER.resetMappings();
        answerAll();
        assertThat(resolve()).as("back again").isEqualTo(terms);
    }

    @Test
    void aChangeCountsFromTheNextReadingAndWhatWasPinnedStays() {
        Terms before = resolve();
        answer(PRICING, "{'plan_id':'p','metrics':[{'name':'storage','prices':[{'country':'USA','price':3}]}]}");
        assertThat(resolve()).isEqualTo(before);
        clock.advance(MAX_AGE);
        Terms after = resolve();
        assertThat(after.plan().pricing().price("storage", "USA", "USD").orElseThrow().price()).isEqualByComparingTo("3");
        assertThat(both.planVersion(before.pin().plan())).contains(before.plan());
    }

    @Test
    void whatPluginsDoNotKnowIsRefused() {
        assertThat(refused("404 organization_not_found", () -> both.resolve("nobody", "disk", "small")).members())
                .containsEntry("error", "Missing account information for organization nobody");
        assertThat(refused("422 resource_not_found", () -> both.resolve("o", "tape", "small")).members())
                .containsEntry("error", "ertnotfound");
        assertThat(refused("422 plan_not_found", () -> both.resolve("o", "disk", "huge")).members())
                .containsEntry("error", "empidnotfound");
        answer(planId("rating", "o"), 404, NONE);
        assertThat(refused("422 plan_not_found", this::resolve).members()).containsEntry("error", "erpidnotfound");
        answer(planId("rating", "o"), "'r'");
        answer(PRICING, 404, NONE);
        assertThat(refused("422 plan_not_found", this::resolve).members()).containsEntry("error", "epplannotfound");
    }

    static Stream<Arguments> eachAnswer() {
        return Stream.of(Arguments.of(account("o"), "account_unavailable"), Arguments.of(planId("metering", "o"), "account_unavailable"),
                Arguments.of(planId("pricing", "o"), "account_unavailable"), Arguments.of(TYPE, "provisioning_unavailable"),
                Arguments.of(METERING, "provisioning_unavailable"), Arguments.of(RATING, "provisioning_unavailable"));
    }

    @ParameterizedTest
    @MethodSource("eachAnswer")
    void noUsageIsAcceptedWithoutEachAnswer(String path, String code) {
        for (String body : List.of("7", "null", "[]", "{}", "''", "'..'")) {
            answer(path, body);
            Problem problem = refused("503 " + code, this::resolve);
            assertThat(problem.getMessage()).as(body).contains("cannot be used");
        }
        answer(path, 500, "");
        refused("503 " + code, this::resolve);
        answer(path, 404, "no route");
        refused("503 " + code, this::resolve);
    }

    @Test
    void aPluginThatIsSlowIsAwayAndCostsItsTimeLimitOnly() throws IOException {
        SERVER.stubFor(get(urlEqualTo(TYPE)).willReturn(aResponse().withBody("\"block\"").withFixedDelay(1_500)));
        try (PluginClient impatient = client(Plugin.PROVISIONING, Duration.ofSeconds(1))) {
            Catalog catalog = catalog(impatient, accounts);
            refused("503 provisioning_unavailable", () -> catalog.resolve("o", "disk", "small"));
        }
        answer(TYPE, "'block'");
        assertThat(resolve().pin().resourceType()).isEqualTo("block");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "{'plan_id':'other','measures':[],'metrics':[]}; plan_id",
        "{'plan_id':'m','measures':[{'name':'x','unit':'U'}],'metrics':[{'name':'x'}]}; metrics[0].unit",
        "{'plan_id':'m','measures':[{'name':'x','unit':'U'}],'metrics':[{'name':'x','unit':'U'}],'price':1}; price"})
    void aPlanThatIsNoneIsNamedAndNeverUsed(String body, String field) {
        answer(METERING, body);
        assertThat(refused("503 provisioning_unavailable", this::resolve)).hasMessageContaining("metering plan m")
                .hasMessageContaining(field);
        answer(METERING, SUM.formatted("sum"));
        assertThat(resolve().plan().metering().planId()).isEqualTo("m");
    }

    @Test
    void aPlanWhoseMetricsMeanSomethingElseAllOfASuddenIsNeverUsed() {
        Terms terms = resolve();
        answer(METERING, SUM.formatted("max"));
        clock.advance(MAX_AGE);
        assertThat(refused("503 provisioning_unavailable", this::resolve)).hasMessageContaining("metering plan m")
                .hasMessageContaining("storage");
        Catalog other = catalog(provisioning, accounts);
        refused("503 provisioning_unavailable", () -> other.resolve("o", "disk", "small"));
        answer(METERING, SUM.formatted("sum"));
        assertThat(resolve()).isEqualTo(terms);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "{'account_id':'b'}; USA; USD",
        "{'account_id':'b','pricing_country':'CAN','name':'ours alone'}; CAN; CAD",
        "{'account_id':'b','pricing_country':'EUR','license_type':'GOLD'}; EUR; EUR",
        "{'account_id':'b','pricing_country':'MARS','currency':'XMR'}; MARS; XMR"})
    void anAccountHasACountryAndItsCurrency(String body, String country, String currency) {
        answer(account("o"), body);
        Account account = both.accounts().ofOrganization("o");
        assertThat(List.of(account.accountId(), account.pricingCountry(), account.currency())).containsExactly("b", country, currency);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'account_id':'b','pricing_country':'MARS'}", "{'account_id':'b','pricing_country':7}",
        "{'pricing_country':'USA'}", "{'account_id':'b','license_type':[]}", "{'account_id':'b','currency':'usd'}"})
    void anAccountThatIsNoneIsNeverChargedTo(String body) {
        answer(account("o"), body);
        refused("503 account_unavailable", this::resolve);
    }

    @Test
    void theCurrencyOfAnOrganizationIsFixedWhoeverSaysIt() {
        resolve();
        answer(account("o"), "{'account_id':'c','pricing_country':'CAN'}");
        clock.advance(MAX_AGE);
        refused("422 currency_fixed", this::resolve);
    }

    @Test
    void usageOfAnUnsupportedLicenseIsRefusedAndAStopIsNot() {
        answer(account("o"), "{'account_id':'a','pricing_country':'USA','license_type':'TRIAL'}");
        refused("451 license_not_supported", this::resolve);
        assertThat(both.resolveStop("o", "disk", "small").pin()).satisfies(pin -> {
            assertThat(pin.accountId()).isEqualTo("a");
            assertThat(pin.resourceType()).isEqualTo("block");
        });
    }

    @Test
    void aStopIsNotDecidedWhileAPluginIsDownAndNotRefusedForWhatItDoesNotKnow() {
        assertThat(both.resolveStop("nobody", "tape", "small").pin()).satisfies(pin -> {
            assertThat(pin.accountId()).isEmpty();
            assertThat(pin.resourceType()).isEqualTo("tape");
        });
        answer(TYPE, 500, "");
        refused("503 provisioning_unavailable", () -> both.resolveStop("o", "disk", "small"));
        answer(TYPE, "'block'");
        assertThat(both.resolveStop("o", "disk", "small")).isEqualTo(resolve());
    }

    @Test
    void whatPluginsKeepIsReadThroughAndNotChangedHere() {
        assertThat(both.plans().find(PlanKind.METERING, "m")).contains(json(SUM.formatted("sum")));
        assertThat(both.plans().find(PlanKind.METERING, "x")).isEmpty();
        assertThat(both.provisioning().type("disk")).isEqualTo("block");
        refused("404 resource_not_found", () -> both.provisioning().type("tape"));
        both.provisioning().validate("o", "disk", "small");
        refused("404 mapping_not_found", () -> both.provisioning().validate("o", "disk", "huge"));
        answer("/v1/accounts/a", "{'account_id':'a','organizations':['o'],'pricing_country':'USA'}");
        assertThat(both.accounts().find("a").organizations()).containsExactly("o");
        refused("404 account_not_found", () -> both.accounts().find("b"));
        refused("404 organization_not_found", () -> both.accounts().ofOrganization("nobody"));
        for (Runnable write : List.<Runnable>of(() -> both.plans().create(PlanKind.RATING, json("{'plan_id':'x','metrics':[]}")),
                () -> both.plans().replace(PlanKind.RATING, "r", json("{'plan_id':'r','metrics':[]}")),
                () -> both.provisioning().setType("disk", json("'tape'")),
                () -> both.provisioning().map(PlanKind.RATING, "block", "small", "r"),
                () -> both.provisioning().mapAll(json("{}")),
                () -> both.provisioning().planId(PlanKind.RATING, "block", "small"),
                () -> both.accounts().register("a", json("{}")))) {
            refused("501 kept_by_plugin", write);
        }
        assertThat(store.writes()).isZero();
    }

    @Test
    void onlyProvisioningMayBeAPluginAndMappingsAreOurs() {
        Catalog ours = catalog(provisioning, null);
        for (PlanKind kind : PlanKind.values()) {
            ours.provisioning().map(kind, "block", "small", kind.id().substring(0, 1));
        }
        refused("404 plan_not_found", () -> ours.provisioning().map(PlanKind.RATING, "block", "big", "none"));
        Terms terms = ours.resolve("anybody", "disk", "small");
        assertThat(terms.plan().path()).isEqualTo(new PlanPath("small", "m", "r", "p"));
        assertThat(terms.pin().accountId()).isEqualTo("1234");
        refused("422 plan_not_found", () -> ours.resolve("anybody", "disk", "big"));
        refused("501 kept_by_plugin", () -> ours.provisioning().setType("disk", json("'tape'")));
        ours.accounts().register("b", json("{'account_id':'b','pricing_country':'USA','organizations':['o']}"));
        assertThat(ours.resolve("o", "disk", "small").pin().accountId()).isEqualTo("b");
    }

    @Test
    void onlyAccountsMayBeAPluginAndPlansAreOurs() {
        Catalog ours = catalog(null, accounts);
        ours.provisioning().setType("disk", json("'block'"));
        refused("422 plan_not_found", () -> ours.resolve("o", "disk", "small"));
        ours.plans().create(PlanKind.METERING, json(SUM.formatted("sum")));
        ours.plans().create(PlanKind.RATING, json("{'plan_id':'r','metrics':[]}"));
        ours.plans().create(PlanKind.PRICING, json("{'plan_id':'p','metrics':[]}"));
        assertThat(ours.resolve("o", "disk", "small").pin().accountId()).isEqualTo("a");
        refused("422 plan_not_found", () -> ours.resolve("o", "tape", "small"));
        asked(0, METERING);
        asked(0, TYPE);
    }
}
