package io.quipu.common.formula;

/** The numbers of JavaScript that are no decimals. */
enum NonFinite {
    NAN("NaN", 0), INFINITY("Infinity", 1), MINUS_INFINITY("-Infinity", -1);

    private final String text;
    private final int sign;

    NonFinite(String text, int sign) {
        this.text = text;
        this.sign = sign;
    }

    /** The infinity of that sign, 1 or -1; NaN for 0. */
    static NonFinite ofSign(int sign) {
        return sign == 0 ? NAN : sign > 0 ? INFINITY : MINUS_INFINITY;
    }

    /** 1 or -1; 0 of NaN. */
    int sign() {
        return sign;
    }

    @Override
    public String toString() {
        return text;
    }
}
