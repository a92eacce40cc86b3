package io.quipu.collector.web;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.quipu.collector.catalog.AccountProperties;
import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.CatalogProperties;
import io.quipu.collector.catalog.Plugins;
import io.quipu.collector.catalog.Terms;
import io.quipu.collector.drive.PipelineProperties;
import io.quipu.collector.intake.DispositionSource;
import io.quipu.collector.intake.FakeLog;
import io.quipu.collector.intake.Samples;
import io.quipu.collector.intake.SnapshotProgress;
import io.quipu.collector.intake.TermsSource;
import io.quipu.collector.log.LogProgress;
import io.quipu.collector.plugin.PluginConfiguration;
import io.quipu.common.running.Reconciled;
import io.quipu.common.service.ServiceConfiguration;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.time.Lateness;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;

/** A collector whose catalog is kept by plugins, on a real server: by another collector, or what a proxy answers in its place. */
class PluginWebTest {

    @RegisterExtension
    static final WireMockExtension PROXY = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String USAGE = "/v1/metering/collected/usage";
    private static final String PLANS = "/v1/[a-z]+/plans/.*";
    private static final String ACCOUNTS = "/v1/organizations/.*";

    private static ConfigurableApplicationContext keeper;
    private static ConfigurableApplicationContext collector;
    private static FakeLog log;

    /** The catalog's endpoints and those of usage, on a log in memory; nothing is remembered. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableConfigurationProperties(PipelineProperties.class)
    @Import({ServiceConfiguration.class, PluginConfiguration.class, UsageConfiguration.class, PlanController.class,
        ProvisioningController.class, AccountController.class})
    static class Collector {

        @Bean
        DocumentStore store(Clock clock) {
            return new InMemoryStore(clock);
        }

        @Bean
        Catalog catalog(DocumentStore store, Clock clock, Plugins plugins) {
            return new Catalog(store, clock, new AccountProperties(false, "1234", "USA", null),
                    new CatalogProperties(Duration.ZERO, false), plugins);
        }

        @Bean
        TermsSource terms(Catalog catalog) {
            return TermsSource.of((organizationId, resourceId, planId) -> of(catalog.resolve(organizationId, resourceId, planId)),
                    (organizationId, resourceId, planId) -> of(catalog.resolveStop(organizationId, resourceId, planId)));
        }

        private static TermsSource.Terms of(Terms terms) {
            return new TermsSource.Terms(terms.pin(), terms.plan());
        }

        @Bean
        FakeLog log() {
            return new FakeLog(Samples.NOW);
        }

        @Bean
        DispositionSource dispositions() {
            return (partition, position) -> Optional.empty();
        }

        @Bean
        LogProgress progress(FakeLog log) {
            return log.progress();
        }

        @Bean
        SnapshotProgress.Figures figures() {
            return query -> new Reconciled.Counts(0, 0, 0, 0);
        }

        @Bean
        Lateness lateness() {
            return new Lateness(Duration.ofHours(48), Duration.ofMinutes(10));
        }

        @Bean
        Clock clock() {
            return Clock.fixed(Instant.ofEpochMilli(Samples.NOW), ZoneOffset.UTC);
        }
    }

    @BeforeAll
    static void start() {
        keeper = start(new String[0]);
        String proxy = PROXY.baseUrl();
        collector = start("--quipu.provisioning.url=" + proxy, "--quipu.accounts.url=" + proxy, "--quipu.breaker.calls=1000",
                "--quipu.breaker.failure-percent=100");
        log = collector.getBean(FakeLog.class);
        created("/v1/metering/plans", "{'plan_id':'m','measures':[{'name':'storage','unit':'BYTE'},{'name':'light_api_calls',"
                + "'unit':'CALL'},{'name':'heavy_api_calls','unit':'CALL'}],'metrics':[{'name':'storage','unit':'BYTE'}]}");
        created("/v1/rating/plans", "{'plan_id':'r','metrics':[{'name':'storage'}]}");
        created("/v1/pricing/plans", "{'plan_id':'p','metrics':[]}");
        created("/v1/mappings", "{'resource_id':'object-storage','plan_id':'basic','metering_plan':'m','rating_plan':'r',"
                + "'pricing_plan':'p'}");
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(Collector.class).properties("spring.config.name=none", "server.port=0").run(arguments);
    }

    private static void created(String path, String body) {
        HttpResponse<String> answer = send(keeper, "POST", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        collector.close();
        keeper.close();
    }

    @BeforeEach
    void goThrough() {
        PROXY.resetMappings();
        PROXY.stubFor(any(anyUrl()).atPriority(9).willReturn(aResponse().proxiedFrom("http://127.0.0.1:" + port(keeper))));
    }

    private static String port(ConfigurableApplicationContext of) {
        return of.getEnvironment().getProperty("local.server.port");
    }

    private static HttpResponse<String> send(ConfigurableApplicationContext to, String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(to) + path)).method(method,
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    private static HttpResponse<String> post(String body) {
        return send(collector, "POST", USAGE, body);
    }

    private static void refused(int status, String code, HttpResponse<String> answer) {
        JsonNode problem = Json.shared().readTree(answer.body());
        assertThat(answer.statusCode() + " " + problem.path("code").stringValue()).as(answer.body()).isEqualTo(status + " " + code);
        if (status == 503) {
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    private static void answer(String path, int status, String body) {
        PROXY.stubFor(get(urlPathMatching(path)).atPriority(1).willReturn(aResponse().withStatus(status).withBody(body)));
    }

    @Test
    void aCollectorCanBeThePluginsOfAnother() {
        HttpResponse<String> accepted = post(Samples.usage("through").toString());
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        assertThat(log.stored()).filteredOn(usage -> usage.origin().organizationId().equals("through")).singleElement()
                .satisfies(usage -> assertThat(usage.pin().accountId()).isEqualTo("1234"));
        refused(422, "plan_not_found", post(Samples.usage("o").put("plan_id", "huge").toString()));
        assertThat(send(collector, "GET", "/v1/metering/plans/m", null).body())
                .isEqualTo(send(keeper, "GET", "/v1/metering/plans/m", null).body());
        refused(404, "plan_not_found", send(collector, "GET", "/v1/rating/plans/none", null));
    }

    @ParameterizedTest
    @CsvSource({PLANS + ", 500, '', provisioning_unavailable", PLANS + ", 404, no route, provisioning_unavailable",
        PLANS + ", 200, {}, provisioning_unavailable", ACCOUNTS + ", 503, '', account_unavailable",
        ACCOUNTS + ", 200, <html>, account_unavailable"})
    void usageIsNeitherTakenNorLostWhileAPluginHasNoAnswer(String path, int status, String body, String code) {
        int stored = log.stored().size();
        answer(path, status, body);
        String usage = Samples.usage("waits-" + status + code + body.length()).toString();
        refused(503, code, post(usage));
        refused(503, code, post("[" + usage + "]"));
        assertThat(log.stored()).hasSize(stored);
        goThrough();
        assertThat(post(usage).statusCode()).isEqualTo(202);
        assertThat(log.stored()).hasSize(stored + 1);
    }

    @ParameterizedTest
    @CsvSource({"POST, /v1/metering/plans", "PUT, /v1/metering/plan/m", "PUT, /v1/provisioning/resources/r/type",
        "POST, /v1/mappings", "PUT, /v1/accounts/a"})
    void whatPluginsKeepIsNotChangedHere(String method, String path) {
        refused(501, "kept_by_plugin", send(collector, method, path, "{}"));
    }
}
