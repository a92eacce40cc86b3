package io.quipu.collector.web;

import io.quipu.common.web.CompletionListener;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to a request whose thread has gone on to others: found once, when what it waits for is done, by the thread that has
 * done it, or when the time is up. That thread sends nothing: it puts the answer where the server keeps it until the request is complete. One
 * that does not fit in there, and a problem, it leaves to a thread of the server, which takes the request up once more.
 */
final class LaterAnswer implements AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(LaterAnswer.class);
    private static final String FOUND = LaterAnswer.class.getName();

    /** The server's own limit: none, since it would count a request that comes to it twice. */
    private static final long NO_LIMIT = 0;

    private final AsyncContext context;
    private final String path;
    private final HttpServletResponse response;
    private final Supplier<JsonAnswer> answer;
    private final AtomicBoolean given = new AtomicBoolean();

    private LaterAnswer(AsyncContext context, String path, HttpServletResponse response, Supplier<JsonAnswer> answer) {
        this.context = context;
        this.path = path;
        this.response = response;
        this.answer = answer;
    }

    /**
     * Leaves a request until something is done.
     *
     * @param done what is waited for, by nobody else; completed when the time is up
     * @param limit how long at most
     * @param answer finds the answer, or the problem; called once, whatever becomes of the request
     * @param ended is told when the request is complete
     */
    static void when(CompletableFuture<Void> done, Duration limit, HttpServletRequest request, HttpServletResponse response,
            Supplier<JsonAnswer> answer, Runnable ended) {
        AsyncContext context = request.startAsync(request, response);
        context.setTimeout(NO_LIMIT);
        LaterAnswer later = new LaterAnswer(context, request.getServletPath(), response, answer);
        context.addListener(later);
        context.addListener(new CompletionListener(ended));
        done.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS).whenComplete((nothing, failure) -> later.give());
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
    private record Found(JsonAnswer answer, Throwable failure) {

        static Found by(Supplier<JsonAnswer> answer) {
            try {
                return new Found(answer.get(), null);
            } catch (RuntimeException | Error e) {
                return new Found(null, e);
            }
        }

        JsonAnswer orThrow() {
            if (failure instanceof RuntimeException problem) {
                throw problem;
            }
            if (failure instanceof Error error) {
                throw error;
            }
            return answer;
        }
    }

    private void give() {
        if (!given.compareAndSet(false, true)) {
            return;
        }
        Found found = Found.by(answer);
        try {
            if (found.answer() != null && found.answer().fits(response)) {
                found.answer().send(response);
                context.complete();
            } else {
                context.getRequest().setAttribute(FOUND, found);
                // not the path as it was sent: the server would find out once more, and by other rules, who answers it
                context.dispatch(path);
            }
        } catch (IllegalStateException e) {
            LOG.debug("the server gave the request up before its answer was found", e);
        }
    }

    /** The server stops, and waits for nothing any more. */
    @Override
    public void onTimeout(AsyncEvent event) {
        give();
    }

    @Override
    public void onError(AsyncEvent event) {
        // it is completed next
    }

    /** When nothing was given by then the connection broke: nobody is left to be answered, but what is counted is. */
    @Override
    public void onComplete(AsyncEvent event) {
        if (given.compareAndSet(false, true)) {
            Found.by(answer);
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // a request is left once only
    }
}
