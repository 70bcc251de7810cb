"""The other side of each row: the same work from the same start, in the frameworks that theorists use.

A peer is a class with run(repetitions) and check(); its constructor reads what our side wrote into a folder. Where more
than one way is common, the strong one is the row's peer, and the convenient one a row of its own.
"""
import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.sparse.linalg
import torch

torch.set_num_threads(1)


def read(folder, name):
    return np.load(folder / f"{name}.npy")


def tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array)).float()


def split(theta, widths):
    """Our one vector of parameters as (weight, bias) pairs; ours are (out, in), column by column."""
    theta, at, pairs = theta.ravel(), 0, []
    for inputs, outputs in zip(widths, widths[1:]):
        weight = theta[at:at + inputs * outputs].reshape(inputs, outputs).T
        at += inputs * outputs
        pairs.append((weight, theta[at:at + outputs]))
        at += outputs
    assert at == theta.size
    return pairs


def module(theta, widths, activation=torch.nn.ReLU):
    layers = []
    for weight, bias in split(theta, widths):
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
        linear.weight.data = tensor(weight)
        linear.bias.data = tensor(bias)
        layers += [linear, activation()]
    return torch.nn.Sequential(*layers[:-1])


class Step:
    """PyTorch as one writes it: zero_grad, mse_loss, backward, step."""

    def __init__(self, folder, widths, adam):
        self.theta, self.widths, self.adam = read(folder, "theta"), widths, adam
        self.x, self.y = tensor(read(folder, "x").T), tensor(read(folder, "y").T)
        self.reset()

    def reset(self):
        self.net = module(self.theta, self.widths)
        optimiser = torch.optim.Adam if self.adam else torch.optim.SGD
        self.optimiser = optimiser(self.net.parameters(), lr=1e-3)

    def run(self, repetitions):
        for _ in range(repetitions):
            self.optimiser.zero_grad(set_to_none=True)
            torch.nn.functional.mse_loss(self.net(self.x), self.y).backward()
            self.optimiser.step()

    def check(self):
        with torch.no_grad():
            return float(torch.nn.functional.mse_loss(self.net(self.x), self.y))


class EnsembleBmm:
    """64 networks as batched matrix products, written by hand: faster than functorch's vmap."""

    members, steps, widths = 64, 20, (32, 64, 64, 64, 1)

    def __init__(self, folder):
        nets = [split(read(folder, f"theta{k}"), self.widths) for k in range(self.members)]
        self.start = [tensor(np.stack([net[l][0].T for net in nets])) for l in range(4)]
        self.start += [tensor(np.stack([net[l][1][None] for net in nets])) for l in range(4)]
        self.x = tensor(np.stack([read(folder, f"x{k}").T for k in range(self.members)]))
        self.y = tensor(np.stack([read(folder, f"y{k}").T for k in range(self.members)]))
        self.reset()

    def reset(self):
        self.parameters = [torch.nn.Parameter(p.clone()) for p in self.start]
        self.optimiser = torch.optim.SGD(self.parameters, lr=1e-3)

    def losses(self):
        h = self.x
        for l in range(4):
            h = torch.baddbmm(self.parameters[4 + l], h, self.parameters[l])
            if l < 3:
                h = torch.relu(h)
        return ((h - self.y) ** 2).mean((1, 2))

    def run(self, repetitions):
        for _ in range(repetitions * self.steps):
            self.optimiser.zero_grad(set_to_none=True)
            self.losses().sum().backward()
            self.optimiser.step()

    def check(self):
        with torch.no_grad():
            return float(self.losses().mean())


class EnsembleEager(EnsembleBmm):
    """64 networks one after the other, as in Step."""

    def __init__(self, folder):
        self.nets = []
        for k in range(self.members):
            one = Step.__new__(Step)
            one.theta, one.widths, one.adam = read(folder, f"theta{k}"), self.widths, False
            one.x, one.y = tensor(read(folder, f"x{k}").T), tensor(read(folder, f"y{k}").T)
            self.nets.append(one)
        self.reset()

    def reset(self):
        for one in self.nets:
            one.reset()

    def run(self, repetitions):
        for _ in range(repetitions):
            for one in self.nets:
                one.run(self.steps)

    def check(self):
        return float(np.mean([one.check() for one in self.nets]))


class NtkGrams:
    """The layers' Gram matrices by hand, as in our own code."""

    widths = (64, 512, 512, 512, 1)

    def __init__(self, folder):
        self.net, self.x = module(read(folder, "theta"), self.widths), tensor(read(folder, "x").T)

    def run(self, repetitions):
        for _ in range(repetitions):
            inputs, outputs, h = [], [], self.x
            for layer in self.net:
                if isinstance(layer, torch.nn.Linear):
                    inputs.append(h)
                    h = layer(h)
                    outputs.append(h)
                else:
                    h = layer(h)
            gradients = torch.autograd.grad(h.sum(), outputs)
            self.kernel = sum((u @ u.T + 1) * (d @ d.T) for u, d in zip(inputs, gradients))

    def check(self):
        return float(self.kernel.detach().norm())


class NtkJacobian(NtkGrams):
    """functorch, as its tutorial does it: a Jacobian per example, then contractions."""

    def __init__(self, folder):
        super().__init__(folder)
        from functorch import jacrev, make_functional, vmap
        f, self.parameters = make_functional(self.net)
        self.parameters = tuple(p.detach() for p in self.parameters)
        self.jacobian = vmap(jacrev(lambda p, x: f(p, x[None])[0, 0]), (None, 0))

    def run(self, repetitions):
        for _ in range(repetitions):
            rows = self.jacobian(self.parameters, self.x)
            self.kernel = sum(torch.einsum("ai,bi->ab", j.flatten(1), j.flatten(1)) for j in rows)


class HvpFresh:
    """Double backward, graph and all, for each product."""

    def __init__(self, folder, widths, activation):
        self.net = module(read(folder, "theta"), widths, activation)
        self.x, self.y = tensor(read(folder, "x").T), tensor(read(folder, "y").T)
        self.v = [t for pair in split(read(folder, "v"), widths) for t in map(tensor, pair)]
        self.parameters = list(self.net.parameters())

    def gradient(self):
        loss = torch.nn.functional.mse_loss(self.net(self.x), self.y)
        return torch.autograd.grad(loss, self.parameters, create_graph=True)

    def run(self, repetitions):
        for _ in range(repetitions):
            self.product = torch.autograd.grad(self.gradient(), self.parameters, self.v, allow_unused=True)

    def check(self):
        return float(torch.cat([p.flatten() for p in self.product if p is not None]).norm())


class HvpCached(HvpFresh):
    """The gradient's graph kept, as in a Lanczos loop at fixed weights."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.graph = self.gradient()

    def run(self, repetitions):
        for _ in range(repetitions):
            self.product = torch.autograd.grad(self.graph, self.parameters, self.v, retain_graph=True,
                                               allow_unused=True)


class InfiniteNtk:
    def __init__(self, folder):
        self.x = np.ascontiguousarray(read(folder, "x").T)

    def run(self, repetitions):
        for _ in range(repetitions):
            k = self.x @ self.x.T * (2 / 50)
            t = k.copy()
            root = np.sqrt(np.diag(k))  # at sigma_w^2 = 2 every layer keeps it
            scale = np.outer(root, root)
            for _ in range(3):
                c = np.clip(k / scale, -1, 1)
                k0 = 1 - np.arccos(c) / np.pi
                k = scale * (np.sqrt(1 - c * c) / np.pi + c * k0)
                t = k + t * k0
            self.kernel = t

    def check(self):
        return float(np.linalg.norm(self.kernel))


class Gemm:
    def __init__(self, folder):
        self.w = np.asfortranarray(read(folder, "x"), dtype=np.float32)
        self.h = np.asfortranarray(read(folder, "y"), dtype=np.float32)
        self.z = np.empty((1024, 256), dtype=np.float32, order="F")

    def run(self, repetitions):
        for _ in range(repetitions):
            np.matmul(self.w, self.h, out=self.z)

    def check(self):
        return float(np.linalg.norm(self.z))


class ChinchillaFits:
    """SciPy's L-BFGS-B with analytic gradients, from every 45th start of the grid."""

    delta = 1e-3

    def __init__(self, folder):
        self.ln_n, self.ln_d, self.ln_loss = np.ascontiguousarray(read(folder, "x").T)
        self.starts, self.weights = read(folder, "y"), read(folder, "weights")
        self.optimum = read(folder, "optimum").ravel()

    def objective(self, p, weight=1.0):
        a, b = p[0] - p[3] * self.ln_n, p[1] - p[4] * self.ln_d
        top = np.maximum(np.maximum(a, b), p[2])
        a, b, e = np.exp(a - top), np.exp(b - top), np.exp(p[2] - top)
        total = a + b + e
        r = top + np.log(total) - self.ln_loss
        size = np.abs(r)
        value = (weight * np.where(size <= self.delta, 0.5 * r * r, self.delta * (size - 0.5 * self.delta))).sum()
        pull = weight * np.clip(r, -self.delta, self.delta) / total
        a, b, e = a * pull, b * pull, e * pull
        return value, np.array([a.sum(), b.sum(), e.sum(), -(a @ self.ln_n), -(b @ self.ln_d)])

    def fit(self, start, weight=1.0):
        return scipy.optimize.minimize(self.objective, start, args=(weight,), jac=True, method="L-BFGS-B",
                                       options={"maxiter": 1000})

    def run(self, repetitions):
        for _ in range(repetitions):
            self.best = min(self.fit(start).fun for start in self.starts)

    def check(self):
        return self.best


class ChinchillaBootstrap(ChinchillaFits):
    """Thirty of the thousand refits."""

    def run(self, repetitions):
        for _ in range(repetitions):
            self.best = float(np.mean([self.fit(self.optimum, weight).x[3] for weight in self.weights]))


class GaussianGram:
    """A kernel matrix made outside the clock."""

    def __init__(self, folder):
        self.x = read(folder, "x")
        sq = (self.x ** 2).sum(1)
        gram = np.exp(-(sq[:, None] + sq - 2 * self.x @ self.x.T) / 40) + 1e-3 * np.eye(len(self.x))
        self.gram = np.asfortranarray(gram)

    def check(self):
        return float(self.result)


class Cholesky(GaussianGram):
    def run(self, repetitions):
        for _ in range(repetitions):
            factor = scipy.linalg.cho_factor(self.gram, lower=True, check_finite=False)
            self.result = scipy.linalg.cho_solve(factor, self.x[:, 0], check_finite=False).sum()


class Eigh(GaussianGram):
    def run(self, repetitions):
        for _ in range(repetitions):
            self.result = np.linalg.eigh(self.gram)[0][-1]


class Top20(GaussianGram):
    def run(self, repetitions):
        for _ in range(repetitions):
            self.result = scipy.sparse.linalg.eigsh(self.gram, 20, which="LA")[0].sum()
