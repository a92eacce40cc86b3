package io.quipu.common.web;

import io.quipu.common.log.SparingLog;
import io.quipu.common.store.StoreException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.core.JacksonException;

/**
 * Maps every failure to an RFC 9457 document, in this one place. Beside the standard members a problem has {@code code},
 * {@code trace_id}, {@code invalid_parameters}, and Abacus's {@code error}, {@code reason} and {@code message}: what is wrong with
 * each field, or else the sentence.
 */
@RestControllerAdvice
public class ProblemHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final SparingLog storeFailures = new SparingLog(System::nanoTime);
    private final SparingLog frames = new SparingLog(System::nanoTime);

    /** A problem that the code raised on purpose. */
    @ExceptionHandler(Problem.class)
    public ResponseEntity<Map<String, Object>> problem(Problem problem, HttpServletRequest request) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(problem.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        problem.retryAfter().ifPresent(after ->
                answer.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds()))));
        return answer.body(document(problem, request));
    }

    /** The body is not JSON. */
    @ExceptionHandler({HttpMessageNotReadableException.class, JacksonException.class})
    public ResponseEntity<Map<String, Object>> unreadable(Exception failure, HttpServletRequest request) {
        JacksonException json = cause(failure, JacksonException.class);
        Problem problem = cause(failure, Problem.class);
        if (problem != null) {
            return problem(problem, request);
        }
        String where = json == null || json.getLocation() == null ? ""
                : " at line " + json.getLocation().getLineNr() + ", column " + json.getLocation().getColumnNr();
        String what = json == null ? "the body is missing or cannot be read" : json.getOriginalMessage();
        return problem(Problem.of(400, "malformed", "The body is not valid JSON" + where + ": " + what), request);
    }

    /** A parameter that is not percent-encoded UTF-8. */
    @ExceptionHandler(InvalidParameterException.class)
    public ResponseEntity<Map<String, Object>> undecodable(InvalidParameterException failure,
            HttpServletRequest request) {
        return problem(Problem.of(400, "invalid", "A parameter cannot be decoded: " + failure.getMessage()), request);
    }

    /**
     * The store cannot answer now. It says so in the log itself, once; a line for each request could fill what is left of a
     * disk.
     */
    @ExceptionHandler(StoreException.class)
    public ResponseEntity<Map<String, Object>> store(StoreException failure, HttpServletRequest request) {
        storeFailures.write(held -> LOG.warn("store unavailable: {} ({} more requests since the last such line)",
                failure.toString(), held));
        return problem(Problem.unavailable("store_unavailable", "The store cannot answer now: " + failure.getMessage(),
                RETRY_AFTER), request);
    }

    /** What Spring MVC itself refuses (no such path, wrong method, wrong media type), and our own bugs. */
    @ExceptionHandler(Exception.class)
    public ResponseEntity<Map<String, Object>> other(Exception failure, HttpServletRequest request) {
        if (failure instanceof ErrorResponse response) {
            HttpStatusCode status = response.getStatusCode();
            HttpStatus known = HttpStatus.resolve(status.value());
            String code = known == null ? "http_" + status.value() : known.name().toLowerCase(Locale.ROOT);
            String detail = response.getBody().getDetail();
            ResponseEntity<Map<String, Object>> answer = problem(Problem.of(status.value(), code,
                    detail == null ? failure.getMessage() : detail), request);
            HttpHeaders headers = new HttpHeaders();
            headers.addAll(response.getHeaders());
            headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
            return new ResponseEntity<>(answer.getBody(), headers, status);
        }
        Problem problem = Problem.of(500, "broken", "Quipu failed; the trace id leads to the log.");
        ResponseEntity<Map<String, Object>> answer = problem(problem, request);
        // Each with its trace id, which was answered; but not each with all its frames.
        LOG.atError().setCause(frames.permits() ? failure : null).log("{} {} failed, trace {}: {}", request.getMethod(),
                request.getRequestURI(), answer.getBody().get("trace_id"), failure.toString());
        return answer;
    }

    /** The members of a problem document. */
    private static Map<String, Object> document(Problem problem, HttpServletRequest request) {
        HttpStatus status = HttpStatus.resolve(problem.status());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", "urn:quipu:problem:" + problem.code());
        document.put("title", status == null ? "Problem" : status.getReasonPhrase());
        document.put("status", problem.status());
        document.put("detail", problem.getMessage());
        Object failed = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        document.put("instance", failed == null ? request.getRequestURI() : failed);
        document.put("code", problem.code());
        document.put("trace_id", TraceIds.of(request));
        if (!problem.violations().isEmpty()) {
            List<Violation> violations = problem.violations();
            document.put("invalid_parameters", violations);
        }
        document.put("error", problem.code());
        document.put("reason", problem.getMessage());
        document.put("message", problem.violations().isEmpty() ? problem.getMessage() : problem.violations().stream()
                .map(violation -> new FieldMessage(violation.field(), violation.reason())).toList());
        document.putAll(problem.members());
        return document;
    }

    /**
     * A violation as Abacus's clients read it.
     *
     * @param field the path of the member
     * @param message a sentence
     */
    record FieldMessage(String field, String message) {
    }

    private static <T> T cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
