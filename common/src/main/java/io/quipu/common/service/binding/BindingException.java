package io.quipu.common.service.binding;

/** A service is bound in a way that we cannot use. Says which one, why and what to do, and nothing of its credentials. */
public final class BindingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * A refusal.
     *
     * @param message what is wrong
     * @param action what to do
     */
    BindingException(String message, String action) {
        super(message);
        this.action = action;
    }

    String action() {
        return action;
    }
}
