"""What programs may say although it changes nothing on minigrad: each with the reason.

The documentation lists this table. A name that is accepted without an effect belongs here, or it
must raise an error.
"""

WITHOUT_EFFECT = {
    "torch.compile": "the function or module runs as it is; all arguments are accepted",
    "torch.jit.script, torch.jit.trace, torch.jit.freeze": "return what they are given",
    "torch.jit.ignore, torch.jit.unused, torch.jit.export": "return what they are given",
    "torch.compiler.disable, torch.compiler.reset": "nothing is compiled",
    "torch.autocast, torch.amp.autocast, torch.cuda.amp.autocast": (
        "operations keep the dtype of their operands, at full precision; entering an enabled one "
        "warns"
    ),
    "torch.amp.GradScaler on 'cuda' without a GPU": "disabled with a warning, as in PyTorch",
    "torch.backends.cudnn.*, torch.backends.cuda.*, torch.backends.mkldnn.*": (
        "settings of libraries that minigrad does not call; they can be read and written"
    ),
    "torch.set_float32_matmul_precision": "products are computed in the dtype of their operands",
    "torch.use_deterministic_algorithms": "minigrad gives the same numbers in every run",
    "torch.set_num_threads, torch.set_num_interop_threads": (
        "NumPy's libraries say how many threads work: set OPENBLAS_NUM_THREADS before the start"
    ),
    "torch.distributed.*(group=..., async_op=..., timeout=...)": (
        "there is one process: it is every group, and nothing is waited for"
    ),
    "torch.nn.parallel.DistributedDataParallel(device_ids=..., bucket_cap_mb=..., ...)": (
        "there is one process and one device: gradients are those of the module"
    ),
    "torch.nn.DataParallel(device_ids=..., output_device=..., dim=...)": (
        "the module runs on the whole batch at once"
    ),
    "torch.utils.checkpoint.checkpoint(use_reentrant=..., determinism_check=..., debug=...)": (
        "there is one way: what was drawn at random is drawn again"
    ),
    "torch.multiprocessing.set_sharing_strategy": "tensors are sent to other processes as copies",
    "torch.profiler.profile(activities=..., record_shapes=..., profile_memory=..., ...)": (
        "regions named by record_function are measured by the clock, operators are not"
    ),
    "torch.optim.*(foreach=..., fused=...)": "there is one implementation, of blocks of parameters",
    "torch.nn.utils.clip_grad_norm_(foreach=...) and its kind": "there is one implementation",
    "torch.utils.data.DataLoader(pin_memory=..., pin_memory_device=...)": "no memory is pinned",
    "torch.autograd.graph.save_on_cpu(pin_memory=...)": "no memory is pinned",
    "torch.autograd.gradcheck(check_forward_ad=..., check_rev_over_rev=..., masked=...)": (
        "there is one table of derivatives to check"
    ),
    "torch.autograd.Variable(volatile=...)": "a warning says so, as in PyTorch",
    "torch.nn.attention.sdpa_kernel": "attention is computed in one way",
    "torch.cuda.manual_seed, torch.cuda.manual_seed_all": "minigrad draws on the CPU",
    "torch.Tensor.to(non_blocking=...)": "copies are ordered",
    "torch.nn.Module.to(memory_format=...)": "elements keep the order that minigrad gives them",
    "torchvision.models.*(progress=...)": "nothing is downloaded",
    "torchvision.transforms.Resize(antialias=...) on PIL images": "PIL always averages",
}
