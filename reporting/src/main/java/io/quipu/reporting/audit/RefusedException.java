package io.quipu.reporting.audit;

/** A usage that must count nowhere, by the audit's own rules. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String stage;
    private final String code;

    RefusedException(String stage, String code) {
        super(stage + ": " + code, null, false, false);
        this.stage = stage;
        this.code = code;
    }

    /** The stage that has to reject it. */
    String stage() {
        return stage;
    }

    /** The code of the rejection. */
    String code() {
        return code;
    }
}
