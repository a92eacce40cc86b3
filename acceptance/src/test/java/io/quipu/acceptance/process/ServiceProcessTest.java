package io.quipu.acceptance.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a shell that sleeps for a service. */
class ServiceProcessTest {

    private static final Duration GRACE = Duration.ofSeconds(10);

    @TempDir
    private Path directory;
    private ServiceProcess service;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(directory.resolve("logs"));
        Files.createDirectories(directory.resolve("run"));
        service = process("exec sleep 1000");
    }

    @AfterEach
    void close() {
        service.close();
    }

    private ServiceProcess process(String script) {
        return new ServiceProcess("sleeper", 1, List.of("sh", "-c", script), directory, directory);
    }

    private ProcessHandle handle() throws IOException {
        return ProcessHandle.of(pid()).orElseThrow();
    }

    private String state() throws IOException {
        Process ps = new ProcessBuilder("ps", "-o", "state=", "-p", Long.toString(pid())).start();
        return new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
    }

    @Test
    void killedServiceIsGoneAndCanBeStartedAgain() throws Exception {
        service.start();
        ProcessHandle first = handle();
        service.kill();
        assertThat(first.isAlive()).isFalse();
        assertThat(service.died()).as("it was killed on purpose").isFalse();
        service.start();
        assertThat(handle().isAlive()).isTrue();
        assertThat(handle().pid()).isNotEqualTo(first.pid());
    }

    @Test
    void whatAServiceHasLeftBehindGoesWhenItIsStartedAgain() throws Exception {
        Path temporary = ServiceProcess.temporary(directory, "sleeper");
        service.start();
        Files.writeString(Files.createDirectories(temporary.resolve("tomcat").resolve("work")).resolve("library.so"), "left");
        service.start();
        assertThat(temporary.resolve("tomcat")).as("it runs").exists();
        service.kill();
        service.start();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void serviceThatEndsByItselfHasDied() throws Exception {
        service = process("exit 3");
        service.start();
        await().atMost(GRACE).until(service::died);
        assertThat(service.exitStatus()).isEqualTo(3);
    }

    @Test
    void terminatedServiceEnds() throws Exception {
        service.start();
        ProcessHandle first = handle();
        assertThat(service.terminate(GRACE)).isTrue();
        assertThat(first.isAlive()).isFalse();
        assertThat(service.died()).isFalse();
    }

    @Test
    void serviceThatDoesNotEndInTimeIsKilled() throws Exception {
        service.start();
        ProcessHandle first = handle();
        service.stop();
        // of two signals that wait the kernel delivers SIGTERM first
        await().atMost(GRACE).until(() -> state().startsWith("T"));
        assertThat(service.terminate(Duration.ofMillis(50))).as("a stopped one hears nothing").isFalse();
        assertThat(first.isAlive()).isFalse();
    }

    @Test
    void stoppedServiceHearsASignalWhenItGoesOn() throws Exception {
        service.start();
        ProcessHandle first = handle();
        service.stop();
        first.destroy();
        assertThat(first.isAlive()).isTrue();
        service.resume();
        first.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(service.died()).as("nobody had ended it here").isTrue();
    }

    @Test
    void closedServiceIsNeverStartedAgain() throws Exception {
        service.start();
        ProcessHandle first = handle();
        service.stop();
        service.close();
        assertThat(first.isAlive()).as("a stopped one is killed too").isFalse();
        service.start();
        assertThat(pid()).isEqualTo(first.pid());
    }

    @Test
    void serviceThatLeavesEndsAndIsNeverStartedAgain() throws Exception {
        assertThat(service.present()).as("not before it has come").isFalse();
        service.start();
        assertThat(service.present()).isTrue();
        ProcessHandle first = handle();
        assertThat(service.leave(GRACE)).isTrue();
        assertThat(first.isAlive()).isFalse();
        assertThat(service.present()).isFalse();
        assertThat(service.left()).isTrue();
        service.start();
        assertThat(pid()).isEqualTo(first.pid());
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readString(directory.resolve("run").resolve("sleeper.pid")).trim());
    }
}
