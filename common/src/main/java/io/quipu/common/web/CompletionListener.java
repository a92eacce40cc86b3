package io.quipu.common.web;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Does something once when a request that its thread has left is complete, however that came: answered, late, or cut off. Tomcat says
 * it twice of one whose answer could not be sent.
 */
public final class CompletionListener implements AsyncListener {

    private final AtomicBoolean complete = new AtomicBoolean();
    private final Runnable then;

    /** Does that; it is not to wait for anything, since Tomcat holds up the request meanwhile. */
    public CompletionListener(Runnable then) {
        this.then = then;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        if (complete.compareAndSet(false, true)) {
            then.run();
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // it is completed next
    }

    @Override
    public void onError(AsyncEvent event) {
        // it is completed next
    }

    /** Whoever leaves a request once more begins without listeners. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
