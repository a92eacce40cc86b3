package io.quipu.reporting.source;

import io.quipu.common.http.NoInstanceException;
import io.quipu.common.http.Outbound;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.http.UnusableAnswerException;
import io.quipu.common.log.SparingLog;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * One service that reporting reads from, whatever number of instances it has. A call either hands over a whole answer or ends
 * in a 503 with {@code Retry-After} and the code {@code <name>_unavailable}: when the neighbour refuses, times out, answers anything
 * but 200, when its body is broken or cut, and when the circuits of all its instances are open. Only where the caller said so is
 * a 400 or 404 the caller's fault; a 410 is what the caller is told, too: what was asked for is no longer kept. Thread-safe.
 */
public final class Neighbour {

    private static final Logger LOG = LoggerFactory.getLogger(Neighbour.class);

    private final String name;
    private final ServiceInstances instances;
    private final Map<URI, RestClient> clients = new HashMap<>();
    private final Duration limit;
    private final SparingLog failures = new SparingLog(System::nanoTime);

    /**
     * A neighbour.
     *
     * @param instances where it is, with its name, for people and in the problem's code; their breakers must {@linkplain #ours
     *     ignore} what is not its fault, {@link #away} says which calls found one away
     * @param client calls them
     * @param limit how long a call may go on to further instances
     */
    public Neighbour(ServiceInstances instances, RestClient.Builder client, Duration limit) {
        this.name = instances.to();
        this.instances = instances;
        instances.urls().forEach(url -> clients.put(url, client.clone().baseUrl(url).build()));
        this.limit = limit;
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
        return get(uri, Map.of(), answer);
    }

    /**
     * The same, of what the caller may have chosen badly.
     *
     * @param faults what statuses end in that then are the caller's fault
     */
    <T> T get(Function<UriBuilder, URI> uri, Map<Integer, Problem> faults, Answer<T> answer) {
        return call(client -> client.get().uri(uri), faults, answer);
    }

    /** Posts a JSON body and reads the answer. */
    <T> T post(String path, byte[] body, Answer<T> answer) {
        return post(path, body, Map.of(), answer);
    }

    /**
     * The same, of what the caller may have chosen badly.
     *
     * @param faults what statuses end in that then are the caller's fault
     */
    <T> T post(String path, byte[] body, Map<Integer, Problem> faults, Answer<T> answer) {
        return call(posted(path, body), faults, answer);
    }

    private static Function<RestClient, RestClient.RequestHeadersSpec<?>> posted(String path, byte[] body) {
        return client -> client.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body);
    }

    /** Goes on to another instance as long as one is away that has not begun to answer, nor kept us waiting. */
    private <T> T call(Function<RestClient, RestClient.RequestHeadersSpec<?>> request, Map<Integer, Problem> faults,
            Answer<T> answer) {
        AtomicBoolean answered = new AtomicBoolean();
        try {
            return instances.call(limit, e -> !answered.get() && away(e) && !Outbound.late(e), (url, left) ->
                    request.apply(clients.get(url)).exchangeForRequiredValue((sent, response) -> {
                        int status = response.getStatusCode().value();
                        answered.set(status != HttpStatus.SERVICE_UNAVAILABLE.value());
                        if (faults.containsKey(status)) {
                            throw faults.get(status);
                        }
                        if (status == HttpStatus.GONE.value()) {
                            throw read(gone -> Json.read(gone.readAllBytes(), Gone.class), response.getBody()).problem();
                        }
                        if (status != HttpStatus.OK.value()) {
                            throw new UnusableAnswerException("it answered " + status);
                        }
                        return read(answer, response.getBody());
                    }));
        } catch (NoInstanceException e) {
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
                instances.openFor());
    }
}
