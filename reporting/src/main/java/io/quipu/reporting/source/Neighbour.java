package io.quipu.reporting.source;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.quipu.common.http.UnusableAnswerException;
import io.quipu.common.log.SparingLog;
import io.quipu.common.metrics.CallMetrics;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.util.UriBuilder;

/**
 * One service that reporting reads from. A call either hands over a whole answer or ends in a 503 with {@code Retry-After}
 * and the code {@code <name>_unavailable}: when the neighbour refuses, times out, answers anything but 200, when its body
 * is broken or cut, and when its circuit is open. Only where the caller said so is a 400 the caller's fault; a 410 is what the
 * caller is told, too: what was asked for is no longer kept. Thread-safe.
 */
public final class Neighbour {

    private static final Logger LOG = LoggerFactory.getLogger(Neighbour.class);

    private final String name;
    private final RestClient client;
    private final CircuitBreaker breaker;
    private final CallMetrics metrics;
    private final Duration retryAfter;
    private final SparingLog failures = new SparingLog(System::nanoTime);

    /**
     * A neighbour.
     *
     * @param name its name, for people and in the problem's code
     * @param client calls it
     * @param breaker opens when it fails; must {@linkplain #ours ignore} what is not its fault
     * @param metrics times the calls; {@link #away} says which of them found it away
     * @param retryAfter when to try again after a failure
     */
    public Neighbour(String name, RestClient client, CircuitBreaker breaker, CallMetrics metrics, Duration retryAfter) {
        this.name = name;
        this.client = client;
        this.breaker = breaker;
        this.metrics = metrics;
        this.retryAfter = retryAfter;
    }

    /** Whether a failure during a call is not the neighbour's: a problem or a failure of ours, or our own disk. */
    public static boolean ours(Throwable failure) {
        return failure instanceof Problem || failure instanceof UncheckedIOException
                || failure instanceof OwnFailureException;
    }

    /** Whether a call that ended like this found the neighbour away, or its answer cut or broken. */
    public static boolean away(Throwable failure) {
        return failure instanceof UnusableAnswerException || failure instanceof RestClientException;
    }

    /**
     * Reads the body of an answer.
     *
     * @param <T> what it is read into
     */
    @FunctionalInterface
    interface Answer<T> {
        T read(InputStream body) throws IOException;
    }

    /** Gets something. */
    <T> T get(Function<UriBuilder, URI> uri, Answer<T> answer) {
        return call(client.get().uri(uri), Optional.empty(), answer);
    }

    /** Posts a JSON body and reads the answer. */
    <T> T post(String path, byte[] body, Answer<T> answer) {
        return call(posted(path, body), Optional.empty(), answer);
    }

    /**
     * The same, of what the caller may have chosen badly.
     *
     * @param refused what a 400 ends in, which then is the caller's fault
     */
    <T> T post(String path, byte[] body, Optional<Problem> refused, Answer<T> answer) {
        return call(posted(path, body), refused, answer);
    }

    private RestClient.RequestHeadersSpec<?> posted(String path, byte[] body) {
        return client.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body);
    }

    private <T> T call(RestClient.RequestHeadersSpec<?> request, Optional<Problem> refused, Answer<T> answer) {
        try {
            return breaker.executeSupplier(() -> metrics.record(() -> request.exchangeForRequiredValue((sent, response) -> {
                if (response.getStatusCode().value() == HttpStatus.BAD_REQUEST.value() && refused.isPresent()) {
                    throw refused.get();
                }
                if (response.getStatusCode().value() == HttpStatus.GONE.value()) {
                    throw read(body -> Json.read(body.readAllBytes(), Gone.class), response.getBody()).problem();
                }
                if (response.getStatusCode().value() != HttpStatus.OK.value()) {
                    throw new UnusableAnswerException("it answered " + response.getStatusCode().value());
                }
                return read(answer, response.getBody());
            })));
        } catch (CallNotPermittedException e) {
            throw unavailable("its circuit is open");
        } catch (UnusableAnswerException | RestClientException e) {
            failures.write(held -> LOG.atWarn().addKeyValue("to", name).log(
                    "the {} is not available: {} ({} more calls since the last such line)", name,
                    NestedExceptionUtils.getMostSpecificCause(e).toString(), held));
            LOG.debug("the {} is not available", name, e);
            throw unavailable(e instanceof UnusableAnswerException ? e.getMessage() : "it cannot be reached");
        }
    }

    private static <T> T read(Answer<T> answer, InputStream body) throws IOException {
        try {
            return answer.read(body);
        } catch (RuntimeException e) {
            if (ours(e) || e instanceof UnusableAnswerException) {
                throw e;
            }
            // whatever a parser or the checks of a record refuse
            throw new UnusableAnswerException("its answer is broken", e);
        }
    }

    /**
     * Of a problem what is passed on.
     *
     * @param code says what is gone
     * @param detail the same for people
     */
    private record Gone(String code, String detail) {

        private Gone {
            if (code == null || detail == null) {
                throw new UnusableAnswerException("it answered " + HttpStatus.GONE.value() + " without saying why");
            }
        }

        Problem problem() {
            return Problem.of(HttpStatus.GONE.value(), code, detail);
        }
    }

    private Problem unavailable(String reason) {
        return Problem.unavailable(name + "_unavailable", "The " + name + " is not available: " + reason + ".",
                retryAfter);
    }
}
