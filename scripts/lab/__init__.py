"""What demo, bench, soak and the measuring tool share. Standard library only; ffmpeg does the decoding."""
