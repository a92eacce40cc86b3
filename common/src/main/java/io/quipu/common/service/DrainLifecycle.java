package io.quipu.common.service;

import io.quipu.common.web.DrainValve;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.connector.Connector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the requests of a service before anything else stops, when its readiness is down already: it gives notice, then takes no new
 * connection and refuses further requests, then waits for those under way. What has reached it before is answered.
 *
 * <p>In place of Spring Boot's graceful shutdown, which closes a kept connection on which a request arrives meanwhile without an
 * answer.
 */
final class DrainLifecycle implements SmartLifecycle {

    /** How long nothing must have come before connections are closed: what has been received by then is seen within it. */
    static final Duration RECEIVED = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(DrainLifecycle.class);

    private final DrainValve valve;
    private final DrainProperties properties;
    private final Pause pause;
    private final List<Connector> connectors = new CopyOnWriteArrayList<>();
    private volatile boolean running;

    DrainLifecycle(DrainValve valve, DrainProperties properties, Pause pause) {
        this.valve = valve;
        this.properties = properties;
        this.pause = pause;
    }

    /** Waits. */
    @FunctionalInterface
    interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    /** Takes connections, until the stop. */
    void add(Connector connector) {
        connectors.add(connector);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        try {
            // not by a header: with that Tomcat would send bodies whose end cannot be told from a cut
            connectors.forEach(connector -> connector.setProperty("maxKeepAliveRequests", "1"));
            if (!properties.notice().isZero()) {
                LOG.info("stopping: not ready any more, serves for another {}", properties.notice());
                pause.of(properties.notice());
            }
            valve.refuse();
            connectors.forEach(connector -> connector.getProtocolHandler().closeServerSocketGraceful());
            if (!quiet(System.nanoTime() + properties.requests().toNanos())) {
                LOG.warn("{} requests have not ended within {} and are cut", valve.underWay(), properties.requests());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until none is under way, and none has come for a while: an answer that was begun before the notice has not ended its
     * connection, and the next request may follow at once.
     */
    private boolean quiet(long deadline) throws InterruptedException {
        long answered;
        do {
            answered = valve.answered();
            pause.of(RECEIVED);
            if (!valve.awaitNone(Duration.ofNanos(deadline - System.nanoTime()))) {
                return false;
            }
        } while (valve.answered() != answered && System.nanoTime() - deadline < 0);
        return true;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before everything else stops. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
