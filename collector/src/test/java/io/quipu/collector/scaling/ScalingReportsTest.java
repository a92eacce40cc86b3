package io.quipu.collector.scaling;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.BasicCredentials;
import com.github.tomakehurst.wiremock.http.Fault;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

class ScalingReportsTest {

    private static final String OWN = "58d162ad-87d5-4f52-8abf-e56a63a67292";
    private static final String OTHER = "00000000-87d5-4f52-8abf-e56a63a67292";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @TempDir
    private Path directory;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicReference<Double> backlog = new AtomicReference<>(1234.6);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.quipu.collector.scaling");
    private final Level level = logger.getLevel();
    private WireMockServer server = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

    @BeforeEach
    void prepare() {
        log.start();
        // Whatever services that ran before in this process have left.
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        server.start();
        server.stubFor(post(anyUrl()).willReturn(ok()));
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        logger.setLevel(level);
        server.stop();
    }

    private List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private void gauges() {
        Gauge.builder("quipu.collector.backlog.per.instance.usages", backlog, AtomicReference::get).register(registry);
        Gauge.builder("quipu.collector.oldest.unprocessed", () -> 7.2).register(registry);
    }

    private ScalingReports reports(List<String> others) {
        Autoscaler autoscaler = new Autoscaler(OWN, 3, URI.create("http://127.0.0.1:" + server.port()), "user", "s3cret", null, null, null);
        return new ScalingReports(autoscaler, new AutoscalerClient(autoscaler, TIMEOUT, null), others, registry);
    }

    private static String path(String application) {
        return "/v1/apps/" + application + "/metrics";
    }

    @Test
    void reportsWhatTheGaugesShowAsThisInstance() {
        gauges();
        reports(List.of()).report();
        server.verify(1, postRequestedFor(urlEqualTo(path(OWN))).withBasicAuth(new BasicCredentials("user", "s3cret"))
                .withRequestBody(equalToJson("""
                        {"instance_index": 3, "metrics": [
                          {"name": "backlog_per_instance", "value": 1235, "unit": "usages"},
                          {"name": "oldest_unprocessed_seconds", "value": 7, "unit": "seconds"}]}""")));
    }

    @Test
    void whatNoGaugeShowsIsLeftOut() {
        ScalingReports reports = reports(List.of());
        reports.report();
        server.verify(0, postRequestedFor(anyUrl()));
        gauges();
        backlog.set(Double.NaN);
        reports.report();
        server.verify(1, postRequestedFor(urlEqualTo(path(OWN))).withRequestBody(equalToJson("""
                {"instance_index": 3, "metrics": [{"name": "oldest_unprocessed_seconds", "value": 7, "unit": "seconds"}]}""")));
    }

    @Test
    void failuresAreSaidOnceUntilItWorksAgain() {
        gauges();
        ScalingReports reports = reports(List.of());
        server.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(400).withBody("no policy defined")));
        reports.report();
        server.stubFor(post(anyUrl()).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        reports.report();
        server.stubFor(post(anyUrl()).willReturn(ok().withFixedDelay(4_000)));
        reports.report();
        assertThat(lines().stream().filter(line -> line.contains("takes no report"))).singleElement().asString()
                .contains(OWN, "400", "no policy defined");
        server.stubFor(post(anyUrl()).willReturn(ok()));
        reports.report();
        reports.report();
        assertThat(lines().stream().filter(line -> line.contains("takes reports for application"))).hasSize(1);
        assertThat(String.join("\n", lines())).doesNotContain("s3cret");
    }

    @Test
    void unreachableAutoscalerHarmsNothing() {
        gauges();
        ScalingReports reports = reports(List.of());
        server.stop();
        reports.report();
        assertThat(String.join("\n", lines())).contains("takes no report for application " + OWN);
    }

    @Test
    void withoutACertificateNothingIsSaidOfOthers() {
        gauges();
        reports(List.of(OTHER)).report();
        server.verify(1, postRequestedFor(anyUrl()));
        assertThat(String.join("\n", lines())).contains("quipu.scaling.apps is not looked at");
    }

    @Test
    void byItsCertificateAnInstanceReportsOfOthersTooAndTheCertificateMayChange() throws Exception {
        gauges();
        Certificates certificates = new Certificates(directory);
        Path store = certificates.make("autoscaler");
        certificates.make("instance");
        server.stop();
        server = new WireMockServer(options().dynamicHttpsPort().httpDisabled(true).bindAddress("127.0.0.1").keystoreType("PKCS12")
                .keystorePath(store.toString()).keystorePassword(Certificates.PASSWORD).keyManagerPassword(Certificates.PASSWORD)
                .needClientAuth(true).trustStoreType("PKCS12").trustStorePath(certificates.trusting("instance").toString())
                .trustStorePassword(Certificates.PASSWORD));
        server.start();
        server.stubFor(post(anyUrl()).willReturn(ok()));
        Autoscaler autoscaler = new Autoscaler(OWN, 0, null, "", "", URI.create("https://localhost:" + server.httpsPort()),
                directory.resolve("current.crt"), directory.resolve("current.key"));
        PemSslStoreDetails trusted = PemSslStoreDetails.forCertificate(certificates.certificate("autoscaler").toUri().toString());
        ScalingReports reports = new ScalingReports(autoscaler, new AutoscalerClient(autoscaler, Duration.ofSeconds(10), trusted),
                List.of(OTHER, OWN), registry);

        reports.report();
        assertThat(String.join("\n", lines())).as("without its certificate").contains("takes no report for application " + OWN);
        Files.copy(certificates.certificate("instance"), autoscaler.certificate());
        Files.copy(certificates.key("instance"), autoscaler.key());
        reports.report();

        assertThat(String.join("\n", lines())).contains("takes reports for application " + OWN, "takes reports for application " + OTHER);
        server.verify(1, postRequestedFor(urlEqualTo(path(OWN))).withoutHeader("Authorization"));
        server.verify(1, postRequestedFor(urlEqualTo(path(OTHER))));
    }
}
