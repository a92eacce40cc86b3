package io.quipu.acceptance.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two collectors, the second of which comes and goes. */
class EndpointsTest {

    private static final int TRIES = 20;

    private final List<HttpServer> servers = new ArrayList<>();
    private Topology topology;
    private Roster roster;
    private Endpoints endpoints;

    /** An offset at which both ports are free. */
    @BeforeEach
    void prepare() throws IOException {
        for (int i = 0; topology == null; i++) {
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Topology here = new Topology(any.getLocalPort() - Topology.single(0).port(collector(1)), 2, Set.of());
                try (ServerSocket next = new ServerSocket(here.port(collector(2)), 1, InetAddress.getLoopbackAddress())) {
                    topology = here;
                }
            } catch (IOException taken) {
                if (i == TRIES) {
                    throw taken;
                }
            }
        }
        roster = new Roster(topology.of(Ports.COLLECTOR));
        endpoints = new Endpoints(topology, roster);
    }

    @AfterEach
    void close() {
        servers.forEach(server -> server.stop(0));
    }

    private static Instance collector(int number) {
        return new Instance(Ports.COLLECTOR, number);
    }

    private void serve(int number, String backlog) throws IOException {
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), topology.port(collector(number))), 0);
        byte[] metrics = ("quipu_collector_backlog_usages " + backlog + "\nquipu_collector_backlog_usages_more 7\n"
                + "quipu_store_reads_total{a=\"1\"} 3.0\nquipu_store_reads_total{a=\"2\"} 4.0\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] name = ("collector " + number).getBytes(StandardCharsets.US_ASCII);
        server.createContext("/", exchange -> {
            byte[] answer = exchange.getRequestURI().getPath().equals("/actuator/prometheus") ? metrics : name;
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        servers.add(server);
    }

    private String asked() throws IOException, InterruptedException {
        return endpoints.get(Ports.COLLECTOR, "/").body();
    }

    @Test
    void instancesTakeTurns() throws Exception {
        serve(1, "0");
        serve(2, "0");
        assertThat(List.of(asked(), asked(), asked())).containsExactly("collector 1", "collector 2", "collector 1");
    }

    @Test
    void refusedRequestGoesToTheNext() throws Exception {
        serve(2, "0");
        assertThat(List.of(asked(), asked(), asked())).containsOnly("collector 2");
    }

    @Test
    void whatAllRefuseIsRefused() {
        assertThatThrownBy(this::asked).isInstanceOf(ConnectException.class);
    }

    @Test
    void whoHasLeftIsNotAsked() throws Exception {
        serve(1, "0");
        serve(2, "0");
        roster.left(collector(1));
        assertThat(List.of(asked(), asked())).containsOnly("collector 2");
        roster.joined(collector(1));
        assertThat(Set.of(asked(), asked())).containsExactlyInAnyOrder("collector 1", "collector 2");
    }

    @Test
    void backlogIsThatOfTheCollectorThatKnowsOfMost() throws Exception {
        serve(1, "12.0");
        serve(2, "40.0");
        assertThat(endpoints.backlog()).isEqualByComparingTo("40");
    }

    @Test
    void thereIsSomeBacklogAsLongAsACollectorDoesNotTell() throws Exception {
        serve(1, "0.0");
        assertThat(endpoints.backlog()).isEqualByComparingTo("1");
    }

    @Test
    void metricIsTheSumOverItsTags() throws Exception {
        serve(1, "0");
        assertThat(endpoints.metric(collector(1), "quipu_store_reads_total").orElseThrow()).isEqualByComparingTo("7");
        assertThat(endpoints.metric(collector(1), "quipu_store_writes_total")).isEmpty();
        assertThat(endpoints.metric(collector(2), "quipu_store_reads_total")).isEmpty();
    }
}
