package io.quipu.accumulator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.stage.Watermarked;

/** A document of a resource instance while a batch is folded in it. Confined to one attempt. */
abstract class OpenDocument extends Watermarked {

    OpenDocument(Watermark watermark) {
        super(watermark);
    }

    /** The document's key. */
    abstract String document();
}
