package io.quipu.acceptance.tool;

/** A tool cannot do what it was asked for; the message is for the person at the terminal. */
class ToolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolException(String message) {
        super(message);
    }
}
