package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.quipu.collector.intake.FakeLog;
import io.quipu.collector.intake.RequestsUnderWay;
import io.quipu.collector.intake.Samples;
import io.quipu.collector.log.LogUnavailableException;
import io.quipu.common.web.CompletionListener;
import io.quipu.common.web.DrainValve;
import io.quipu.common.wire.Json;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;

/** Requests on a real server whose usages are durable only when the test says so. */
@Timeout(120)
class LaterAnswerTest {

    private static final String USAGE = "/v1/metering/collected/usage";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Half of what the server gives an idle thread by its own. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Would answer no third request if one waited in a thread. */
    private static ConfigurableApplicationContext twoThreads;

    /** Of each request that its thread left: whether the thread that found the answer has sent anything of it. */
    private static final List<Boolean> SENT = new CopyOnWriteArrayList<>();

    private ConfigurableApplicationContext application = twoThreads;
    private FakeLog log = log(application);

    @BeforeAll
    static void start() {
        twoThreads = run("--server.tomcat.threads.max=2", "--server.tomcat.threads.min-spare=1");
    }

    private static ConfigurableApplicationContext run(String... arguments) {
        return new SpringApplicationBuilder(UsageWebTest.Application.class)
                .initializers(context -> ((GenericApplicationContext) context).registerBean("watch", Filter.class, () -> watch()))
                .properties("server.port=0").run(arguments);
    }

    private static Filter watch() {
        return (request, response, chain) -> {
            chain.doFilter(request, response);
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new CompletionListener(() -> SENT.add(response.isCommitted())));
            }
        };
    }

    @AfterAll
    static void stop() {
        twoThreads.close();
    }

    private static FakeLog log(ConfigurableApplicationContext application) {
        FakeLog log = application.getBean(FakeLog.class);
        log.recover();
        log.hold();
        return log;
    }

    @AfterEach
    void nothingIsUnderWay() {
        log.release();
        await().atMost(PATIENCE).until(() -> application.getBean(RequestsUnderWay.class).count() == 0
                && application.getBean(DrainValve.class).underWay() == 0);
    }

    /** Waits until so many requests are held in the log, and their threads have left them. */
    private void awaitLeft(int requests) throws InterruptedException {
        log.awaitHeld(requests);
        ThreadPoolExecutor threads = threads();
        await().atMost(PATIENCE).until(() -> threads.getActiveCount() == 0);
    }

    private ThreadPoolExecutor threads() {
        Connector connector = ((TomcatWebServer) ((WebServerApplicationContext) application).getWebServer()).getTomcat().getConnector();
        return (ThreadPoolExecutor) connector.getProtocolHandler().getExecutor();
    }

    private int port() {
        return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private CompletableFuture<HttpResponse<String>> post(String body) {
        return CLIENT.sendAsync(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + USAGE))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The path as it is, which a client would put in order. */
    private static void write(Socket socket, String path, String body) throws IOException {
        write(socket, path, body, body.length());
    }

    private static void write(Socket socket, String path, String body, int sent) throws IOException {
        socket.getOutputStream().write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body.substring(0, sent))
                .getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket socket) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static HttpResponse<String> answered(CompletableFuture<HttpResponse<String>> sent) throws Exception {
        return sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private double counted(String result, String code) {
        nothingIsUnderWay();
        return application.getBean(MeterRegistry.class).counter("quipu.collector.usages", "result", result, "code", code).count();
    }

    @Test
    void aUsageIsAnsweredWhenItIsDurableAndNoThreadWaitsForThat() throws Exception {
        double accepted = counted("accepted", "none");
        log.hold();
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(post(Samples.usage("o" + i).toString()));
        }
        await().atMost(PATIENCE).until(() -> application.getBean(RequestsUnderWay.class).count() == 5);
        assertThat(sent).noneMatch(CompletableFuture::isDone);
        awaitLeft(5);
        SENT.clear();
        log.release();
        for (CompletableFuture<HttpResponse<String>> each : sent) {
            HttpResponse<String> answer = answered(each);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            JsonNode body = Json.shared().readTree(answer.body());
            assertThat(body.get("status").stringValue()).isEqualTo("accepted");
            assertThat(answer.headers().firstValue("Location")).contains(body.get("location").stringValue());
            assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(answer.body().length());
        }
        assertThat(counted("accepted", "none") - accepted).isEqualTo(5);
        assertThat(SENT).hasSize(5).containsOnly(false);
        assertThat(application.getBean(MeterRegistry.class).get("quipu.collector.request").timer().count()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aRefusalThatComesLaterIsAProblem() throws Exception {
        double refused = counted("rejected", "backlog_full");
        log.hold();
        CompletableFuture<HttpResponse<String>> sent = post(Samples.usage("o1").toString());
        awaitLeft(1);
        log.fail(log.partition("o1"), new LogUnavailableException("backlog_full", "full", Duration.ofSeconds(9)));
        log.release();
        HttpResponse<String> answer = answered(sent);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After")).contains("9");
        JsonNode problem = Json.shared().readTree(answer.body());
        assertThat(problem.get("code").stringValue()).isEqualTo("backlog_full");
        assertThat(problem.get("instance").stringValue()).isEqualTo(USAGE);
        assertThat(counted("rejected", "backlog_full") - refused).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%2Fb/..", "/x%2F..%2F..%2F../.."})
    void aRefusalThatComesLaterReachesWhoeverSentThePathInAnotherForm(String detour) throws Exception {
        String body = Samples.usage("o1").toString();
        try (Socket socket = new Socket("127.0.0.1", port())) {
            write(socket, detour + USAGE, body);
            awaitLeft(1);
            log.fail(log.partition("o1"), new LogUnavailableException("backlog_full", "full", Duration.ofSeconds(9)));
            log.release();
            assertThat(read(socket)).startsWith("HTTP/1.1 503").contains("\"code\":\"backlog_full\"");
        }
    }

    @Test
    void threadsThatABurstNeededEndSoonAfterIt() throws Exception {
        log.release();
        String body = Samples.usage("o1").toString();
        try (Socket first = new Socket("127.0.0.1", port()); Socket second = new Socket("127.0.0.1", port())) {
            for (Socket socket : List.of(first, second)) {
                write(socket, USAGE, body, body.length() - 1);
            }
            await().atMost(PATIENCE).until(() -> threads().getActiveCount() == 2);
            for (Socket socket : List.of(first, second)) {
                socket.getOutputStream().write(body.charAt(body.length() - 1));
                assertThat(read(socket)).startsWith("HTTP/1.1 202");
            }
        }
        await().atMost(SOON).until(() -> threads().getPoolSize() == 1);
    }

    @Test
    void anAnswerThatIsLargerThanTheServersBufferComesWhole() throws Exception {
        CompletableFuture<HttpResponse<String>> sent = post(IntStream.range(0, 1_000)
                .mapToObj(i -> Samples.usage("o1").put("dedup_id", "d" + i).toString()).collect(Collectors.joining(",", "[", "]")));
        awaitLeft(1);
        log.release();
        HttpResponse<String> answer = answered(sent);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body().length()).isGreaterThan(100_000);
        assertThat(Json.shared().readTree(answer.body())).hasSize(1_000);
    }

    @Test
    void whatIsNotDurableInTimeMayBeSentAgain() throws Exception {
        try (ConfigurableApplicationContext impatient = run("--quipu.append-timeout=PT0.1S")) {
            application = impatient;
            log = log(impatient);
            String usage = Samples.usage("o1").toString();
            for (String body : List.of(usage, "[" + usage + "]")) {
                HttpResponse<String> answer = answered(post(body));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(Json.shared().readTree(answer.body()).get("code").stringValue()).isEqualTo("append_timeout");
            }
            assertThat(counted("rejected", "append_timeout")).isEqualTo(2);
            assertThat(counted("accepted", "none")).as("stored after it was answered").isZero();
            assertThat(impatient.getBean(MeterRegistry.class).get("http.server.requests").timers()).singleElement()
                    .satisfies(timer -> assertThat(timer.getId().getTag("uri") + " " + timer.getId().getTag("status") + " "
                            + timer.count()).isEqualTo(USAGE + " 503 2"));
        }
        application = twoThreads;
        log = log(twoThreads);
    }

    @Test
    void requestsAreTimedLikeThoseThatAreObserved() throws Exception {
        try (ConfigurableApplicationContext fresh = run()) {
            application = fresh;
            log = log(fresh);
            log.release();
            URI usage = URI.create("http://127.0.0.1:" + port() + USAGE);
            assertThat(answered(post(Samples.usage("o1").toString())).statusCode()).isEqualTo(202);
            assertThat(answered(post("{")).statusCode()).isEqualTo(400);
            assertThat(CLIENT.send(HttpRequest.newBuilder(usage).build(), HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(405);
            assertThat(CLIENT.send(HttpRequest.newBuilder(usage.resolve(USAGE + "/0/7")).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode()).isEqualTo(404);

            MeterRegistry registry = fresh.getBean(MeterRegistry.class);
            await().atMost(PATIENCE).until(() -> registry.get("http.server.requests").timers().stream().mapToLong(Timer::count).sum() == 4);
            List<Timer> timers = List.copyOf(registry.get("http.server.requests").timers());
            assertThat(timers).allSatisfy(timer -> assertThat(timer.getId().getTags()).extracting(Tag::getKey)
                    .containsExactly("error", "exception", "method", "outcome", "status", "uri"));
            assertThat(timers).extracting(timer -> timer.getId().getTag("method") + " " + timer.getId().getTag("status") + " "
                            + timer.getId().getTag("outcome") + " " + timer.getId().getTag("exception") + " " + timer.count())
                    .containsExactlyInAnyOrder("POST 202 SUCCESS none 1", "POST 400 CLIENT_ERROR none 1", "GET 405 CLIENT_ERROR none 1",
                            "GET 404 CLIENT_ERROR none 1");
            assertThat(timers).filteredOn(timer -> "POST".equals(timer.getId().getTag("method")))
                    .extracting(timer -> timer.getId().getTag("uri")).containsOnly(USAGE);
            assertThat(timers).allSatisfy(timer -> assertThat(timer.max(TimeUnit.SECONDS)).isBetween(1e-6, 60.0));
        }
        application = twoThreads;
        log = log(twoThreads);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "1000, false", "1, true"})
    void usageWhoseSenderHasGoneIsStoredAndCounted(int usages, boolean refused) throws Exception {
        String result = refused ? "rejected" : "accepted";
        String code = refused ? "backlog_full" : "none";
        double before = counted(result, code);
        log.hold();
        String body = IntStream.range(0, usages).mapToObj(i -> Samples.usage("o1").put("dedup_id", "d" + i).toString())
                .collect(Collectors.joining(",", usages == 1 ? "" : "[", usages == 1 ? "" : "]"));
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.setSoLinger(true, 0);
            write(socket, USAGE, body);
            awaitLeft(1);
        }
        if (refused) {
            log.fail(log.partition("o1"), new LogUnavailableException("backlog_full", "full", Duration.ofSeconds(9)));
        }
        log.release();
        assertThat(counted(result, code) - before).isEqualTo(usages);
    }
}
