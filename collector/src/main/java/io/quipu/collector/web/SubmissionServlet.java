package io.quipu.collector.web;

import io.quipu.collector.intake.EventReader;
import io.quipu.collector.intake.Locations;
import io.quipu.collector.intake.Submission;
import io.quipu.collector.intake.UsageReader;
import io.quipu.common.usage.Event;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.condition.ConsumesRequestCondition;
import org.springframework.web.servlet.mvc.condition.ProducesRequestCondition;

/**
 * Usage and events in, of which there are thousands a second: answered as {@link Submissions#submit} says, without Spring MVC on the
 * way, which would cost a single document twice as much as parsing it does. What is refused is answered by the same handler of
 * problems as everywhere. Thread-safe.
 *
 * <p>Events come under the paths of Abacus's sampler. Unlike there, no order of events is wrong: what a start, a stop or a level means
 * for what runs is found when the log is driven, and comes out the same in whatever order they arrive.
 */
final class SubmissionServlet extends HttpServlet {

    /** The path under which events are submitted. */
    static final String EVENTS = "/v1/events";

    private static final List<MediaType> JSON = List.of(MediaType.APPLICATION_JSON);
    private static final ConsumesRequestCondition READS_JSON = new ConsumesRequestCondition(MediaType.APPLICATION_JSON_VALUE);
    private static final ProducesRequestCondition WRITES_JSON = new ProducesRequestCondition(MediaType.APPLICATION_JSON_VALUE);
    private static final Set<String> PLAINLY_JSON = Set.of(MediaType.ALL_VALUE, MediaType.APPLICATION_JSON_VALUE);

    private static final Map<String, Function<byte[], Submission>> READERS = readers();

    private final Supplier<Submissions> submissionsLater;
    private final Supplier<HandlerExceptionResolver> problemsLater;
    private final Supplier<SubmissionTimes> timesLater;
    private Submissions submissions;
    private HandlerExceptionResolver problems;
    private SubmissionTimes times;

    /**
     * A servlet.
     *
     * @param submissions takes what is submitted; asked for before the first request, since the server is made before all else
     * @param problems answers failures; asked for then, too
     * @param times times requests; asked for then, too
     */
    SubmissionServlet(Supplier<Submissions> submissions, Supplier<HandlerExceptionResolver> problems, Supplier<SubmissionTimes> times) {
        this.submissionsLater = submissions;
        this.problemsLater = problems;
        this.timesLater = times;
    }

    private static Map<String, Function<byte[], Submission>> readers() {
        Map<String, Function<byte[], Submission>> readers = new HashMap<>();
        readers.put(Locations.USAGE, new UsageReader()::read);
        EventReader events = new EventReader();
        for (Event.Kind kind : List.of(Event.Kind.START, Event.Kind.STOP, Event.Kind.LEVEL)) {
            readers.put(EVENTS + "/" + kind.name().toLowerCase(Locale.ROOT), body -> events.read(kind, body));
        }
        return Map.copyOf(readers);
    }

    /** The paths that it answers. */
    static Set<String> paths() {
        return READERS.keySet();
    }

    @Override
    public void init() {
        submissions = submissionsLater.get();
        problems = problemsLater.get();
        times = timesLater.get();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws ServletException {
        if (!request.getMethod().equals("POST")) {
            serve(request, response);
            return;
        }
        long begun = times.now();
        try {
            serve(request, response);
        } catch (ServletException e) {
            times.failed(request, e.getCause(), begun);
            throw e;
        }
        times.served(request, response, begun);
    }

    private void serve(HttpServletRequest request, HttpServletResponse response) throws ServletException {
        try {
            switch (request.getMethod()) {
                case "POST" -> submit(request, response);
                case "OPTIONS" -> response.setHeader(HttpHeaders.ALLOW, "POST, OPTIONS");
                default -> throw new HttpRequestMethodNotSupportedException(request.getMethod(), List.of("POST"));
            }
        } catch (ServletException | RuntimeException e) {
            answer(request, response, e);
        } catch (Error e) {
            answer(request, response, new ServletException(e.toString(), e));
        }
    }

    private void submit(HttpServletRequest request, HttpServletResponse response) throws ServletException {
        check(request);
        String path = request.getServletPath();
        // a trace of the request has the name of its path
        request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, path);
        submissions.submit(request, response, READERS.get(path));
    }

    /** JSON in and out: mostly that is plain to see, and else Spring says what the headers mean. */
    private static void check(HttpServletRequest request) throws ServletException {
        String type = request.getContentType();
        if (!MediaType.APPLICATION_JSON_VALUE.equals(type) && READS_JSON.getMatchingCondition(request) == null) {
            throw unsupported(type);
        }
        String accepted = request.getHeader(HttpHeaders.ACCEPT);
        if (accepted != null && !PLAINLY_JSON.contains(accepted) && WRITES_JSON.getMatchingCondition(request) == null) {
            throw new HttpMediaTypeNotAcceptableException(JSON);
        }
    }

    /** As Spring MVC says it. */
    private static ServletException unsupported(String type) {
        try {
            return new HttpMediaTypeNotSupportedException(StringUtils.hasLength(type) ? MediaType.parseMediaType(type) : null, JSON,
                    HttpMethod.POST);
        } catch (InvalidMediaTypeException e) {
            return new HttpMediaTypeNotSupportedException(e.getMessage(), JSON);
        }
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, Exception failure) throws ServletException {
        if (problems.resolveException(request, response, null, failure) == null) {
            throw new ServletException(failure);
        }
    }
}
