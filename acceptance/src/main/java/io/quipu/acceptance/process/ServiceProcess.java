package io.quipu.acceptance.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One service as a process that can be killed, stopped, terminated and started again. Its id stands in a file as {@code
 * ./quipu} writes it, so that {@code status} and {@code down} know it too. Thread-safe.
 */
public final class ServiceProcess {

    private static final Duration LAST = Duration.ofSeconds(10);

    private final String name;
    private final int port;
    private final List<String> command;
    private final String dataVariable;
    private final Path log;
    private final Path temporary;
    private final Path pidFile;

    private Process process;
    private boolean wanted;
    private boolean closed;

    /**
     * A service that does not run yet.
     *
     * @param name its name
     * @param port its port
     * @param command what starts it
     * @param data the directory of its own data
     * @param directory of all services: its {@code logs}, {@code run} and {@code tmp}
     */
    public ServiceProcess(String name, int port, List<String> command, Path data, Path directory) {
        this.name = name;
        this.port = port;
        this.command = List.copyOf(command);
        this.dataVariable = data.toString();
        this.log = directory.resolve("logs").resolve(name + ".log");
        this.temporary = temporary(directory, name);
        this.pidFile = directory.resolve("run").resolve(name + ".pid");
    }

    /** The directory of a service's temporary files, which is emptied when it is started: one that was killed has left some. */
    static Path temporary(Path directory, String name) {
        return directory.resolve("tmp").resolve(name);
    }

    private static void empty(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).filter(file -> !file.equals(directory)).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** What starts it. */
    List<String> command() {
        return command;
    }

    /** Where what it prints goes. */
    public Path log() {
        return log;
    }

    /** Whether it was ever started, and has not left for good. */
    public synchronized boolean present() {
        return process != null && !closed;
    }

    /** Whether it will never be started again. */
    public synchronized boolean left() {
        return closed;
    }

    /** Starts the service, unless it runs or has left for good. */
    public synchronized void start() throws IOException {
        if (closed || process != null && process.isAlive()) {
            return;
        }
        empty(temporary);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("QUIPU_DATA", dataVariable);
        process = builder.start();
        process.getOutputStream().close();
        wanted = true;
        Files.write(pidFile, (process.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Kills the service with {@code kill -9}; when this returns it is gone. */
    public void kill() throws InterruptedException {
        Process victim = unwanted();
        if (victim != null) {
            victim.destroyForcibly();
            victim.waitFor();
        }
    }

    /** Asks the service to end, with SIGTERM; whether it did within that time. If not it is killed. */
    public boolean terminate(Duration grace) throws InterruptedException {
        Process victim = unwanted();
        if (victim == null) {
            return true;
        }
        victim.destroy();
        if (victim.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            return true;
        }
        victim.destroyForcibly();
        victim.waitFor();
        return false;
    }

    /**
     * Asks the service to end, with SIGTERM, and never starts it again; whether it did within that time. If not it is killed.
     */
    public boolean leave(Duration grace) throws InterruptedException {
        synchronized (this) {
            closed = true;
        }
        return terminate(grace);
    }

    private synchronized Process unwanted() {
        wanted = false;
        return process;
    }

    /** Stops the service in the middle of whatever it does, with SIGSTOP: it stays, and answers nothing. */
    public void stop() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets a stopped service go on. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process receiver;
        synchronized (this) {
            receiver = process;
        }
        if (receiver != null && receiver.isAlive()) {
            // by the shell, which has a kill of its own where the system has none
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + receiver.pid())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        }
    }

    /** Whether the service has ended though nobody ended it. */
    public synchronized boolean died() {
        return wanted && !process.isAlive();
    }

    /** The id of the process that was started last. */
    public synchronized long pid() {
        return process.pid();
    }

    /** The status with which the service has ended. */
    public synchronized int exitStatus() {
        return process.exitValue();
    }

    /** Kills the service, and never starts it again. */
    public void close() {
        synchronized (this) {
            closed = true;
            wanted = false;
            if (process == null) {
                return;
            }
            // SIGKILL ends a stopped process too
            process.destroyForcibly();
        }
        try {
            process.waitFor(LAST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
