package io.quipu.collector.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationPredicate;
import io.quipu.common.web.CompletionListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * Times POSTs that submit usages or events as all other requests are, in {@code http.server.requests} with the same tags, but without an
 * observation of each, which costs the collector of single documents 4% of its CPU. Thread-safe.
 *
 * <p>One that its thread has left is timed once, when it is complete, also when it was taken up once more.
 */
final class SubmissionTimes implements ObservationPredicate {

    /** The name that Spring's convention gives to what a server is asked. */
    private static final String NAME = "http.server.requests";
    private static final String NONE = "none";
    private static final String POST = HttpMethod.POST.name();

    private final MeterRegistry registry;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    SubmissionTimes(MeterRegistry registry) {
        this.registry = registry;
    }

    /** What tells one timer from another: a few of each. */
    private record Kind(String path, int status, String exception) {
    }

    /** Whether something is to be observed: all that is not timed here. What is no POST never gets so far as to be submitted. */
    @Override
    public boolean test(String name, Observation.Context context) {
        return !(context instanceof ServerRequestObservationContext request) || !POST.equals(request.getCarrier().getMethod())
                || !SubmissionServlet.paths().contains(request.getCarrier().getServletPath());
    }

    /** The time now, in nanoseconds since some moment. */
    long now() {
        return registry.config().clock().monotonicTime();
    }

    /** A POST was served: it is timed when it is complete. */
    void served(HttpServletRequest request, HttpServletResponse response, long begun) {
        String path = request.getServletPath();
        if (request.isAsyncStarted()) {
            request.getAsyncContext().addListener(new CompletionListener(() -> record(new Kind(path, response.getStatus(), NONE), begun)));
        } else if (!LaterAnswer.found(request)) {
            record(new Kind(path, response.getStatus(), NONE), begun);
        }
    }

    /** A POST failed, and the server answers 500. */
    void failed(HttpServletRequest request, Throwable failure, long begun) {
        if (!LaterAnswer.found(request)) {
            record(new Kind(request.getServletPath(), HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                    failure.getClass().getSimpleName()), begun);
        }
    }

    private void record(Kind kind, long begun) {
        timers.computeIfAbsent(kind, this::timer).record(now() - begun, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder(NAME).tag("error", kind.exception).tag("exception", kind.exception).tag("method", POST)
                .tag("outcome", Outcome.forStatus(kind.status).name()).tag("status", Integer.toString(kind.status))
                .tag("uri", kind.path).register(registry);
    }
}
