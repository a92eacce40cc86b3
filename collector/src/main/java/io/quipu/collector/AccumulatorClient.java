package io.quipu.collector;

import io.quipu.common.http.EndedStream;
import io.quipu.common.http.NewlineDelimited;
import io.quipu.common.http.NoInstanceException;
import io.quipu.common.http.Outbound;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.http.UnusableAnswerException;
import io.quipu.common.running.Reconciled;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.trace.Traces;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import tools.jackson.core.JacksonException;

/**
 * Asks an instance of the accumulator over HTTP what runs, and the next one when the first is away and has told nothing yet. An
 * answer is taken line by line, and is none when it is cut or broken: whatever is not a whole answer is unavailability, except a
 * refusal that does not say that it passes. Thread-safe.
 */
final class AccumulatorClient implements AutoCloseable {

    private static final String SNAPSHOT = "/v1/metering/accumulated/usage/snapshot";

    private final ServiceInstances accumulators;
    private final Duration limit;
    private final CloseableHttpClient http;
    private final RestClient client;

    /** A client that records its calls in the traces that the calling thread works for. */
    AccumulatorClient(ServiceInstances accumulators, AccumulatorProperties properties, Traces traces) {
        this.accumulators = accumulators;
        this.limit = properties.responseTimeout();
        this.http = Outbound.client(new Outbound.Limits(properties.connectTimeout(), properties.responseTimeout(),
                properties.answerTimeout()), properties.maxConnections(), accumulators.urls().size(), traces);
        this.client = RestClient.builder().requestFactory(new HttpComponentsClientHttpRequestFactory(http)).build();
    }

    /** See {@link io.quipu.collector.drive.RunningSource#ask}. */
    Reconciled.Counts ask(SnapshotQuery query, Consumer<List<Unlisted.Instance>> unlisted) {
        byte[] body = Json.write(query);
        try {
            return accumulators.call(limit, NothingTold.class::isInstance, (url, left) -> ask(url, body, unlisted));
        } catch (NoInstanceException e) {
            throw new StageUnavailableException(e.getMessage(), e.retryAfter());
        }
    }

    private Reconciled.Counts ask(URI url, byte[] body, Consumer<List<Unlisted.Instance>> unlisted) {
        AtomicBoolean answers = new AtomicBoolean();
        try {
            return client.post().uri(url + SNAPSHOT).contentType(MediaType.APPLICATION_JSON).body(body)
                    .exchangeForRequiredValue((request, response) -> {
                        answers.set(response.getStatusCode().value() == HttpStatus.OK.value());
                        return answer(url, response, unlisted);
                    });
        } catch (ResourceAccessException e) {
            String message = url + " cannot be reached: " + e.getMostSpecificCause();
            throw answers.get() || Outbound.late(e) ? new StageUnavailableException(message, null) : new NothingTold(message);
        } catch (UnusableAnswerException | JacksonException e) {
            throw new StageUnavailableException(url + " has no whole answer: " + e.getMessage(), null);
        }
    }

    private static Reconciled.Counts answer(URI url, ClientHttpResponse response, Consumer<List<Unlisted.Instance>> unlisted)
            throws IOException {
        int status = response.getStatusCode().value();
        if (status == HttpStatus.OK.value()) {
            return read(response.getBody(), unlisted);
        }
        String message = url + " answered " + status;
        if (status == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            throw new NothingTold(message);
        }
        throw Outbound.passing(status) ? new StageUnavailableException(message, null) : new StageBrokenException(message);
    }

    private static Reconciled.Counts read(InputStream body, Consumer<List<Unlisted.Instance>> unlisted) throws IOException {
        Answer answer = new Answer(unlisted);
        NewlineDelimited.read(body, answer::line);
        return answer.figures();
    }

    /** An answer as far as it was read: instances, then the figures, then the line that says that it is whole. */
    private static final class Answer {

        private final EndedStream stream = new EndedStream();
        private final Consumer<List<Unlisted.Instance>> unlisted;
        private Reconciled.Counts figures;

        Answer(Consumer<List<Unlisted.Instance>> unlisted) {
            this.unlisted = unlisted;
        }

        /**
         * One line.
         *
         * @param unlisted of {@link Unlisted}
         * @param reconciled of {@link Reconciled}
         */
        private record Line(List<Unlisted.Instance> unlisted, Reconciled.Counts reconciled) {
        }

        void line(byte[] json) {
            boolean last = EndedStream.isEnd(json);
            stream.line(last);
            if (last) {
                return;
            }
            Line line = Json.read(json, Line.class);
            if (figures != null || (line.unlisted() == null) == (line.reconciled() == null)) {
                throw new UnusableAnswerException("a line of it says nothing, or comes behind the figures");
            }
            figures = line.reconciled();
            if (line.unlisted() != null) {
                line.unlisted().forEach(Answer::check);
                unlisted.accept(line.unlisted());
            }
        }

        private static void check(Unlisted.Instance instance) {
            if (instance == null || instance.organizationId() == null || instance.spaceId() == null
                    || instance.consumerId() == null || instance.planId() == null || instance.resourceInstanceId() == null) {
                throw new UnusableAnswerException("an instance in it lacks an id");
            }
        }

        Reconciled.Counts figures() {
            stream.complete();
            if (figures == null) {
                throw new UnusableAnswerException("it has no figures");
            }
            return figures;
        }
    }

    /** It is away, and has told nothing of what was asked: another one may. */
    private static final class NothingTold extends StageUnavailableException {

        private static final long serialVersionUID = 1L;

        NothingTold(String message) {
            super(message, null);
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
