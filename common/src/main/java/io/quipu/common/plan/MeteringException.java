package io.quipu.common.plan;

/** A usage that a metric's functions refuse: it is rejected, with this code and reason, and harms no other. */
public class MeteringException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * A refusal.
     *
     * @param code stable and machine-readable, such as {@code metering_failed} or {@code quantity_out_of_bounds}
     * @param reason a sentence with the numbers
     */
    public MeteringException(String code, String reason) {
        super(reason);
        this.code = code;
    }

    /** The stable code. */
    public String code() {
        return code;
    }
}
