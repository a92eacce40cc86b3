package io.quipu.common.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A service that stops, over connections as a client sees them. */
@Timeout(60)
class DrainLifecycleTest {

    private static final Duration NOTICE = Duration.ofSeconds(2);

    private final ExecutorService stopping = Executors.newSingleThreadExecutor();
    private final Steps steps = new Steps();
    private final Slow slow = new Slow();
    private ConfigurableApplicationContext service;
    private int port;

    /** The pauses of a stop: each begins when the test expects it, and ends when the test says so. */
    private static final class Steps implements DrainLifecycle.Pause {

        private final SynchronousQueue<Duration> begun = new SynchronousQueue<>();
        private final SynchronousQueue<Boolean> ended = new SynchronousQueue<>();

        @Override
        public void of(Duration duration) throws InterruptedException {
            begun.put(duration);
            ended.take();
        }

        private void begins(Duration duration) throws InterruptedException {
            assertThat(begun.poll(20, TimeUnit.SECONDS)).isEqualTo(duration);
        }

        private void ends() throws InterruptedException {
            ended.put(true);
        }
    }

    /** Answers when it is told to. */
    @RestController
    private static final class Slow {

        private static final String LATE = "late";

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch ends = new CountDownLatch(1);

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            begun.countDown();
            ends.await();
            return LATE;
        }

        /** The same, but its thread leaves it at once. */
        @GetMapping("/later")
        void later(HttpServletRequest request, HttpServletResponse response) {
            AsyncContext left = request.startAsync(request, response);
            atTheEnd(() -> {
                response.getOutputStream().print(LATE);
                left.complete();
                return null;
            });
        }

        /** The same, but another thread takes it up once more, and answers it. */
        @GetMapping("/again")
        void again(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                response.getOutputStream().print(LATE);
                return;
            }
            AsyncContext left = request.startAsync(request, response);
            atTheEnd(() -> {
                left.dispatch();
                return null;
            });
        }

        private void atTheEnd(Callable<Void> answer) {
            begun.countDown();
            Thread thread = new Thread(() -> {
                try {
                    ends.await();
                    answer.call();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @GetMapping("/fast")
        String fast() {
            return "quick";
        }
    }

    /** A service without anything to do. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(ServiceConfiguration.class)
    static class Service {
    }

    private void start(String... properties) {
        service = new SpringApplicationBuilder(Service.class)
                .initializers(context -> {
                    GenericApplicationContext beans = (GenericApplicationContext) context;
                    beans.registerBean("pause", DrainLifecycle.Pause.class, () -> steps);
                    beans.registerBean("slow", Slow.class, () -> slow);
                })
                .properties("spring.config.import=classpath:service.yml", "spring.application.name=test", "server.port=0",
                        "server.address=127.0.0.1", "quipu.log.format=text",
                        "management.endpoint.health.probes.enabled=true", "quipu.drain-notice=" + NOTICE)
                .run(properties);
        port = Integer.parseInt(service.getEnvironment().getProperty("local.server.port"));
    }

    @AfterEach
    void end() {
        stopping.shutdownNow();
        // the first application of a JVM sets it for all
        System.clearProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(Socket connection, String path) throws IOException {
        connection.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** An answer with a length. */
    private static String answer(Socket connection) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        InputStream in = connection.getInputStream();
        while (!read.toString(StandardCharsets.UTF_8).contains("\r\n\r\n")) {
            int next = in.read();
            assertThat(next).as("the connection ended after: %s", read).isNotNegative();
            read.write(next);
        }
        String head = read.toString(StandardCharsets.UTF_8);
        if (head.contains("Transfer-Encoding: chunked")) {
            while (!read.toString(StandardCharsets.UTF_8).endsWith("\r\n0\r\n\r\n")) {
                read.write(in.read());
            }
            return read.toString(StandardCharsets.UTF_8);
        }
        int length = Integer.parseInt(head.replaceFirst("(?s).*Content-Length: (\\d+).*", "$1"));
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String ask(Socket connection, String path) throws IOException {
        send(connection, path);
        return answer(connection);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/slow", "/later", "/again"})
    void everyRequestThatReachesItIsAnsweredUntilItHasStopped(String path) throws Exception {
        start();
        try (Socket kept = connect(); Socket idle = connect(); Socket busy = connect()) {
            for (Socket connection : new Socket[] {kept, idle}) {
                assertThat(ask(connection, "/fast")).startsWith("HTTP/1.1 200").doesNotContain("Connection: close").endsWith("quick");
            }
            send(busy, path);
            slow.begun.await();

            Future<?> stop = stopping.submit(service::close);
            steps.begins(NOTICE);
            assertThat(ask(kept, "/fast")).startsWith("HTTP/1.1 200").contains("Connection: close").endsWith("quick");
            assertThat(kept.getInputStream().read()).isNegative();
            try (Socket probe = connect()) {
                assertThat(ask(probe, "/actuator/health/readiness")).startsWith("HTTP/1.1 503").contains("OUT_OF_SERVICE", "Connection: close");
            }
            try (Socket probe = connect()) {
                assertThat(ask(probe, "/actuator/health/liveness")).startsWith("HTTP/1.1 200");
            }
            steps.ends();

            steps.begins(DrainLifecycle.RECEIVED);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThat(ask(idle, "/fast")).startsWith("HTTP/1.1 503").contains("Connection: close", "Retry-After: 1",
                    "application/problem+json", "\"code\":\"stopping\"", "\"status\":503");
            assertThat(idle.getInputStream().read()).isNegative();
            steps.ends();
            assertThat(stop.isDone()).isFalse();

            slow.ends.countDown();
            assertThat(answer(busy)).startsWith("HTTP/1.1 200").endsWith(Slow.LATE);
            steps.begins(DrainLifecycle.RECEIVED);
            assertThat(ask(busy, "/fast")).as("sent at once on a connection that was not ended").startsWith("HTTP/1.1 503")
                    .contains("Connection: close", "\"code\":\"stopping\"");
            steps.ends();
            steps.begins(DrainLifecycle.RECEIVED);
            steps.ends();
            stop.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatDoesNotEndInTimeIsCut() throws Exception {
        start("--quipu.drain-notice=PT0S", "--spring.lifecycle.timeout-per-shutdown-phase=200ms");
        try (Socket busy = connect()) {
            send(busy, "/slow");
            slow.begun.await();
            Future<?> stop = stopping.submit(service::close);
            steps.begins(DrainLifecycle.RECEIVED);
            steps.ends();
            stop.get(20, TimeUnit.SECONDS);
            assertThatThrownBy(() -> answer(busy)).isInstanceOfAny(IOException.class, AssertionError.class);
        } finally {
            slow.ends.countDown();
        }
    }

    @Test
    void aStopThatCannotFitIsRefusedAtTheStart() {
        assertThatThrownBy(() -> start("--quipu.drain-notice=PT5S")).rootCause().hasMessageContaining("quipu.drain-notice");
    }
}
