package io.quipu.collector.web;

import io.quipu.common.web.CompletionListener;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to a request whose thread has gone on to others: given once, when what it waits for is done, by the thread that has
 * done it, or when the time is up. That thread only puts the answer where the server sends it from. An answer that does not fit in
 * there, and a problem, it leaves to a thread of the server, which takes the request up once more.
 */
final class LaterAnswer implements CompletionListener {

    private static final Logger LOG = LoggerFactory.getLogger(LaterAnswer.class);
    private static final String FOUND = LaterAnswer.class.getName();

    private final AsyncContext context;
    private final HttpServletResponse response;
    private final Supplier<JsonAnswer> answer;
    private boolean given;

    private LaterAnswer(AsyncContext context, HttpServletResponse response, Supplier<JsonAnswer> answer) {
        this.context = context;
        this.response = response;
        this.answer = answer;
    }

    /**
     * Leaves a request until something is done.
     *
     * @param limit how long at most
     * @param answer finds the answer, or the problem; called once, whatever becomes of the request
     */
    static void when(CompletableFuture<Void> done, Duration limit, HttpServletRequest request, HttpServletResponse response,
            Supplier<JsonAnswer> answer) {
        AsyncContext context = request.startAsync(request, response);
        context.setTimeout(limit.toMillis());
        LaterAnswer later = new LaterAnswer(context, response, answer);
        context.addListener(later);
        done.whenComplete((nothing, failure) -> later.give());
    }

    /** Whether a request is taken up once more, because its answer was left to this thread. */
    static boolean found(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.ASYNC;
    }

    /** The answer that was found for a request that is taken up once more, or the problem, which is thrown. */
    static JsonAnswer of(HttpServletRequest request) {
        return ((Found) request.getAttribute(FOUND)).orThrow();
    }

    /** An answer, or what is thrown in its place. */
    private record Found(JsonAnswer answer, RuntimeException failure) {

        static Found by(Supplier<JsonAnswer> answer) {
            try {
                return new Found(answer.get(), null);
            } catch (RuntimeException e) {
                return new Found(null, e);
            }
        }

        JsonAnswer orThrow() {
            if (failure != null) {
                throw failure;
            }
            return answer;
        }
    }

    /** Whoever comes second waits until it is given: by then the server must know what is to become of the request. */
    private synchronized void give() {
        if (given) {
            return;
        }
        given = true;
        Found found = Found.by(answer);
        try {
            if (found.failure() == null && found.answer().json().length <= response.getBufferSize()) {
                found.answer().send(response);
                context.complete();
            } else {
                context.getRequest().setAttribute(FOUND, found);
                context.dispatch();
            }
        } catch (IllegalStateException e) {
            LOG.debug("the server gave the request up before its answer was found", e);
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        give();
    }

    /** When nothing was given by then the connection broke: nobody is left to be answered, but what is counted is. */
    @Override
    public synchronized void onComplete(AsyncEvent event) {
        if (!given) {
            given = true;
            Found.by(answer);
        }
    }
}
