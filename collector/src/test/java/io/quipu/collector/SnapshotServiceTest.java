package io.quipu.collector;

import static com.github.tomakehurst.wiremock.client.WireMock.okForContentType;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.usage.Event;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** Snapshots with the service as it is put together, beside an accumulator that is not real. */
class SnapshotServiceTest {

    @RegisterExtension
    static final WireMockExtension ACCUMULATOR = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    private static final String PATH = "/v1/metering/accumulated/usage/snapshot";
    private static final String WHOLE =
            "{\"reconciled\":{\"opened\":1,\"corrected\":2,\"closed\":3,\"unchanged\":4}}\n{\"end\":true}\n";

    @TempDir
    private Path data;
    private ConfigurableApplicationContext application;

    /** Waits that long for what a snapshot comes to. */
    private void start(Duration wait) {
        application = CollectorApplication.application().run("--server.port=0", "--server.address=127.0.0.1",
                "--quipu.data=" + data, "--quipu.partitions=4", "--quipu.meter.url=http://127.0.0.1:1",
                "--quipu.accumulator.url=" + ACCUMULATOR.baseUrl(), "--quipu.snapshot-wait=" + wait,
                "--spring.main.banner-mode=off", "--logging.level.root=warn");
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private String snapshot(String organization) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                + application.getEnvironment().getProperty("local.server.port") + "/v1/events/snapshot"))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("{\"instances\":[],"
                + "\"resource_id\":\"linux-container\",\"complete\":true," + organization + "\"timestamp\":"
                + System.currentTimeMillis() / 1000 * 1000 + "}")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return answer.body();
    }

    private static List<String> asked() {
        return ACCUMULATOR.findAll(postRequestedFor(urlEqualTo(PATH))).stream().map(request -> {
            var query = Json.shared().readTree(request.getBody());
            return query.path("organization_id").asString("") + query.path("partition").asString("");
        }).toList();
    }

    @Test
    void whatACompleteSnapshotCameToIsToldWhenItsEndIsDriven() throws Exception {
        start(Duration.ofSeconds(60));
        ACCUMULATOR.stubFor(post(urlEqualTo(PATH)).willReturn(okForContentType("application/x-ndjson", WHOLE)));
        assertThat(snapshot("\"organization_id\":\"org\",")).isEqualTo("{\"status\":\"processed\",\"instances\":0,\"opened\":1,"
                + "\"corrected\":2,\"closed\":3,\"unchanged\":4}");
        assertThat(asked()).as("by the driver, then by the request").containsExactly("org", "org");

        ACCUMULATOR.resetRequests();
        assertThat(snapshot("")).contains("\"processed\"", "\"opened\":4");
        Set<String> partitions = new TreeSet<>(asked());
        assertThat(partitions).containsExactly("0", "1", "2", "3");
        assertThat(asked()).hasSize(8);
    }

    @Test
    void whatItDidNotListIsClosedUnderTheTermsOfStops() throws Exception {
        start(Duration.ofSeconds(5));
        ACCUMULATOR.stubFor(post(urlEqualTo(PATH)).willReturn(okForContentType("application/x-ndjson",
                "{\"unlisted\":[{\"organization_id\":\"org\",\"space_id\":\"s\",\"consumer_id\":\"c\",\"plan_id\":\"gone\","
                + "\"resource_instance_id\":\"i\"}]}\n" + WHOLE)));
        // the meter is away, so what closes it is not driven
        assertThat(snapshot("\"organization_id\":\"org\",")).isEqualTo("{\"status\":\"accepted\",\"instances\":0}");

        StoredUsageLog log = application.getBean(StoredUsageLog.class);
        assertThat(log.read(log.partition("org"), 1).orElseThrow().usage()).singleElement().satisfies(gone -> {
            assertThat(gone.event()).isEqualTo(new Event(Event.Kind.GONE, null));
            assertThat(gone.origin().planId()).isEqualTo("gone");
            assertThat(gone.pin()).isNotNull();
        });
    }
}
