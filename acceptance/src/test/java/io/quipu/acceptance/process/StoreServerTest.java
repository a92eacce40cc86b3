package io.quipu.acceptance.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path data;
    private Place place;

    /** Somewhere where its first port is free; then its others nearly always are. */
    @BeforeEach
    void prepare() throws IOException {
        int usual = new StoreServer(new Place(Path.of("a"), data, 0, "", "")).port(Ports.COLLECTOR);
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            place = new Place(Path.of("a"), data, any.getLocalPort() - usual, "-XX:TieredStopAtLevel=1", "");
        }
        place.prepare();
    }

    @Test
    void eachStoringServiceFindsItsDocumentsAtTheAddressThatItIsGiven() {
        StoreServer server = new StoreServer(new Place(Path.of("a"), data, 1_000, "", ""));

        assertThat(server.properties(Ports.METER)).as("it stores nothing").isEmpty();
        assertThat(server.properties(Ports.METER, "127.0.1.1")).isEmpty();
        assertThat(server.properties(Ports.AGGREGATOR))
                .contains("--spring.couchbase.connection-string=couchbase://127.0.0.1:10512=kv,127.0.0.1:10500=manager");
        assertThat(server.properties(Ports.AGGREGATOR, "127.0.3.2")).contains("--quipu.store=couchbase",
                "--quipu.couchbase.bucket=aggregator", "--quipu.couchbase.collection=_default",
                "--spring.couchbase.connection-string=couchbase://127.0.3.2:10512=kv");
    }

    @Test
    void twoOfThemShareNoPort() {
        Place here = new Place(Path.of("a"), data, 0, "", "");
        assertThat(new StoreServer(here, 2).port(Ports.COLLECTOR)).isEqualTo(9_530);
        assertThat(new StoreServer(here, 1).port(Ports.AGGREGATOR)).isEqualTo(9_512);
    }

    @Test
    void letsCallersInOnceItIsStartedAndEndsWhenItIsStopped() throws Exception {
        try (StoreServer server = new StoreServer(place)) {
            server.start(PATIENCE);
            assertThat(ProcessHandle.of(server.pid())).get().matches(ProcessHandle::isAlive);
            server.stop();
            assertThat(ProcessHandle.of(server.pid()).filter(ProcessHandle::isAlive)).isEmpty();
            assertThat(server.died()).as("it was ended on purpose").isFalse();
        }
    }

    @Test
    void saysSoWhenItCannotStart() {
        try (StoreServer server = new StoreServer(new Place(Path.of("a"), data, place.offset(), "-Xnonsense", ""))) {
            assertThatThrownBy(() -> server.start(PATIENCE)).isInstanceOf(IOException.class)
                    .hasMessageContaining("did not start; its log is");
        }
    }
}
