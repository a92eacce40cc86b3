package io.quipu.acceptance.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.couchbase.ProtocolServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.web.context.support.StandardServletEnvironment;

/** That services start with the environment that the manifests give them, the Couchbase being a server of its protocol. */
@Timeout(180)
class StartTest {

    /** Of the protocol server: away from those of other tests, and from those that a system gives to whoever asks for any. */
    private static final int OFFSET = 12_000;

    private static ProtocolServer couchbase;

    @BeforeAll
    static void start() throws Exception {
        couchbase = ProtocolServer.start(OFFSET);
    }

    @AfterAll
    static void stop() {
        couchbase.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void serviceStartsAsOnCloudFoundry(String service) throws Exception {
        Map<String, Object> environment = new LinkedHashMap<>(CloudFoundryTest.variables(service));
        environment.put("VCAP_APPLICATION", "{\"application_id\":\"58d162ad-87d5-4f52-8abf-e56a63a67292\",\"instance_index\":0}");
        environment.put("VCAP_SERVICES", bound(service));
        // Any that is free, instead of the manifest's.
        environment.put("SERVER_PORT", "0");
        assertStarts(service, environment);
    }

    private static String bound(String service) {
        if (!Service.of(service).stores()) {
            return "{}";
        }
        return "{\"user-provided\":[{\"name\":\"quipu-couchbase\",\"label\":\"user-provided\",\"tags\":[],\"credentials\":{\"connection_string\":\""
                + ProtocolServer.connectionString(service, OFFSET) + "\",\"username\":\"" + service + "\",\"password\":\""
                + ProtocolServer.PASSWORD + "\"}}]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void serviceStartsAsOnKubernetes(String service) throws Exception {
        Map<String, Object> environment = new LinkedHashMap<>(KubernetesTest.variables(service));
        if (Service.of(service).stores()) {
            environment.put("SPRING_COUCHBASE_CONNECTION_STRING", ProtocolServer.connectionString(service, OFFSET));
            environment.put("SPRING_COUCHBASE_USERNAME", service);
            environment.put("SPRING_COUCHBASE_PASSWORD", ProtocolServer.PASSWORD);
        }
        environment.put("SERVER_PORT", "0");
        assertStarts(service, environment);
    }

    /** The protocol server has one bucket for each user, and no collections. */
    private static void assertStarts(String service, Map<String, Object> environment) throws Exception {
        StandardServletEnvironment configured = new StandardServletEnvironment();
        configured.getPropertySources().replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, environment));
        SpringApplication application = (SpringApplication) Service.of(service).code().getMethod("application").invoke(null);
        application.setEnvironment(configured);
        long before = commands(service);
        try (ConfigurableApplicationContext context = application.run("--server.address=127.0.0.1", "--logging.level.root=error",
                "--quipu.couchbase.bucket=" + service, "--quipu.couchbase.collection=_default", "--quipu.drain-notice=PT0S")) {
            URI url = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
            for (String group : new String[] {"liveness", "readiness"}) {
                HttpResponse<String> health = HttpClient.newHttpClient().send(HttpRequest.newBuilder(url.resolve("/actuator/health/" + group)).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
            }
            assertThat(commands(service) > before).as("stores in Couchbase").isEqualTo(Service.of(service).stores());
        }
    }

    private static long commands(String service) {
        return couchbase.counts().getOrDefault(service, Map.of()).values().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void whatIsReadWithoutARecordStandsInTheCode() throws IOException {
        StringBuilder code = new StringBuilder();
        for (String module : new String[] {"common", "collector"}) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                    try {
                        code.append(Files.readString(file));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
        assertThat(Service.OTHERS.stream().filter(property -> code.indexOf("\"" + property + "\"") < 0)).isEmpty();
    }
}
